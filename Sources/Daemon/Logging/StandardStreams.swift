import Glibc

/// Standard output and error, a line at a time and unbuffered: people and programs read them as they come.
package enum StandardStreams {
    /// Writes `text` and a newline to standard output.
    package static func output(_ text: String) { write("\(text)\n", to: STDOUT_FILENO) }
    /// Writes `text` and a newline to standard error.
    package static func error(_ text: String) { write("\(text)\n", to: STDERR_FILENO) }

    /// Writes whole lines; where nobody reads any more they are lost, and nothing else is.
    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}
