import Glibc
import NIOCore

/// What this process may hold and has used.
enum Limits {
    /// Raises the limit of open files as far as the system lets it.
    static func raiseOpenFiles() throws(SystemFailure) {
        var limit = rlimit()
        guard getrlimit(openFiles, &limit) == 0 else { throw SystemFailure("getrlimit") }
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(openFiles, &limit) == 0 else { throw SystemFailure("setrlimit") }
    }

    private static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// CPU time of all threads of this process so far, user and system, in µs.
    static func usedMicroseconds() -> Double {
        var usage = rusage()
        // RUSAGE_SELF, which C libraries type differently.
        getrusage(.init(0), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) * 1e6 + Double($1.tv_usec) }
    }

    /// Nanoseconds of a clock that all processes of the machine share.
    static func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }
}

/// A system call that failed, or a peer that did not do what was expected.
struct SystemFailure: Error, CustomStringConvertible {
    let description: String

    /// A call that has just set `errno`.
    init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }

    init(unexpected: String) { description = unexpected }
}
