import Glibc

/// The system's words for an `errno`.
package enum SystemMessage {
    /// The message, or the number where the system has no words for it.
    package static func text(for code: CInt) -> String {
        // Thread-safe since glibc 2.32.
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
