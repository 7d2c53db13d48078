import Glibc

/// Reads whole text files.
package enum TextFile {
    /// The largest size of a file in bytes. A larger one is not a configuration, key or password.
    package static let largest = 1 << 20

    /// Why a file could not be read.
    package struct Unreadable: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// The text of the file, pipe or device at `path`.
    ///
    /// - Parameter patience: how long whoever writes to a pipe may take. Without a writer a pipe would never end.
    package static func read(_ path: String, patience: Duration = .seconds(5)) throws(Unreadable) -> String {
        // A pipe is opened at once, and waited for below.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Unreadable(description: reason(errno)) }
        defer { close(descriptor) }
        let isPipe = FileFacts(descriptor: descriptor)?.isPipe ?? false
        let deadline = ContinuousClock.now + patience
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            guard waitForBytes(descriptor, until: isPipe ? deadline : nil) else {
                throw Unreadable(description: "a pipe that nobody has written to its end within \(patience)")
            }
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else { throw Unreadable(description: reason(errno)) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
            guard bytes.count <= largest else { throw Unreadable(description: "larger than 1 MiB") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Unreadable(description: "not UTF-8") }
        return text
    }

    /// Waits until there is something to read, or the end. Regular files and folders never let anybody wait.
    ///
    /// - Returns: false if it takes too long.
    private static func waitForBytes(_ descriptor: CInt, until deadline: ContinuousClock.Instant?) -> Bool {
        while true {
            let left = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) / .milliseconds(1) }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wanted, 1, left.map { CInt($0.rounded(.up)) } ?? -1)
            if ready < 0, errno == EINTR { continue }
            return ready != 0
        }
    }

    private static func reason(_ code: CInt) -> String {
        switch code {
        case ENOENT, ENOTDIR: "no such file"
        case EACCES, EPERM: "no permission"
        case EISDIR: "a folder"
        default: String(cString: strerror(code))
        }
    }
}

/// What the system knows about a file.
package struct FileFacts: Sendable {
    package let isRegular: Bool
    let isPipe: Bool
    package let size: Int
    package let modifiedSecond: Int
    package let modifiedNanosecond: Int

    /// The status of the file that the path leads to. Nil if the system refuses; then `errno` says why.
    package init?(path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        self.init(facts)
    }

    /// The status of an open file.
    package init?(descriptor: CInt) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        self.init(facts)
    }

    private init(_ facts: stat) {
        isRegular = facts.st_mode & S_IFMT == S_IFREG
        isPipe = facts.st_mode & S_IFMT == S_IFIFO
        size = Int(facts.st_size)
        modifiedSecond = Int(facts.st_mtim.tv_sec)
        modifiedNanosecond = Int(facts.st_mtim.tv_nsec)
    }
}
