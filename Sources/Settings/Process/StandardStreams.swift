// The compiler sees `environ` as a variable, but nothing in these programs writes it.
@preconcurrency import Glibc

/// Standard output and error, a line at a time and without a buffer, because people and programs read lines as they
/// come.
package enum StandardStreams {
    /// Writes a line to standard output.
    ///
    /// - Returns: `false` if nobody reads any more.
    @discardableResult
    package static func output(_ line: String) -> Bool { write(Array(line.utf8), to: STDOUT_FILENO) }

    /// Writes a line of bytes to standard output.
    ///
    /// - Returns: `false` if nobody reads any more.
    @discardableResult
    package static func output(_ line: [UInt8]) -> Bool { write(line, to: STDOUT_FILENO) }

    /// Writes a line to standard error.
    package static func error(_ line: String) { write(Array(line.utf8), to: STDERR_FILENO) }

    /// Writes a line in one call if the system takes it, so that lines of several threads do not mix.
    @discardableResult
    private static func write(_ line: [UInt8], to descriptor: CInt) -> Bool {
        var rest = (line + [UInt8(ascii: "\n")])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// The variables that this process was started with.
package enum ProcessEnvironment {
    /// The id of this process.
    package static var id: Int32 { getpid() }

    package static var current: [String: String] {
        var variables: [String: String] = [:]
        var next: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let separator = text.firstIndex(of: "=") {
                variables[String(text[..<separator])] = String(text[text.index(after: separator)...])
            }
            next += 1
        }
        return variables
    }
}
