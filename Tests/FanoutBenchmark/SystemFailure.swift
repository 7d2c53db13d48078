import Glibc

/// A system call that failed, or a peer that did not do what was expected.
struct SystemFailure: Error, CustomStringConvertible {
    let description: String

    /// A call that has just set `errno`.
    init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }

    init(unexpected: String) { description = unexpected }
}
