import Glibc

/// A file that a user names for a connection: a password or certificates. It is read again for each connection, so that
/// it can be replaced while the program runs.
struct RedisFile: Sendable, Hashable {
    private static let maxBytes = 1 << 20

    let path: String

    /// The whole content, at most 1 MiB.
    func bytes() throws(RedisFileError) -> [UInt8] {
        // To open a pipe without a writer must not block the event loop.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw failure("it is no regular file") }
        guard status.st_size <= Self.maxBytes else { throw failure("it is larger than \(Self.maxBytes) bytes") }
        return try content(of: descriptor)
    }

    /// The first line as a password, without its line end.
    func secret() throws(RedisFileError) -> Secret {
        let line = try bytes().prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let text = String(validating: line, as: UTF8.self), !text.utf8.contains(0) else {
            throw RedisFileError(path: path, reason: "its first line is not text in UTF-8")
        }
        if text.isEmpty { throw RedisFileError(path: path, reason: "its first line is empty") }
        return Secret(text)
    }

    private func content(of descriptor: CInt) throws(RedisFileError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while content.count <= Self.maxBytes {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(String(cString: strerror(errno))) }
            if count == 0 { return content }
            content += chunk.prefix(count)
        }
        throw failure("it is larger than \(Self.maxBytes) bytes")
    }

    private func failure(_ reason: String) -> RedisFileError {
        RedisFileError(path: path, reason: "cannot be read: \(reason)")
    }
}

/// A file that cannot be used for a connection. The description names the file and never shows its content.
package struct RedisFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let reason: String

    package var description: String { "'\(path)' \(reason)" }
}

/// A text that no description, reflection or dump shows: a password.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself. Only Redis may get it.
    package let revealed: String

    package init(_ revealed: String) {
        self.revealed = revealed
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
