import Glibc

/// Why a kernel file or a socket dump gave no value. It names the file, and the line if one is wrong.
package enum ProcFSError: Error, Equatable, Sendable {
    /// The file could not be opened or read; `errno` is the system's reason.
    case unreadable(file: String, errno: CInt)
    /// The file was read, but line `line` (from 1) does not hold what `expected` says.
    case malformed(file: String, line: Int, expected: String)
    /// The kernel refused a netlink dump or broke it off. `errno` is 0 if it gave no reason.
    case netlinkRefused(errno: CInt)
}

extension ProcFSError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let file, let errno): "\(file): \(SystemMessage.text(for: errno))"
        case .malformed(let file, let line, let expected): "\(file), line \(line): expected \(expected)"
        case .netlinkRefused(let errno): "netlink sock_diag: \(SystemMessage.text(for: errno))"
        }
    }

    /// Whether the file exists, but this user may not read it. Then the sample has the flag `no-privilege`.
    package var isDenied: Bool {
        switch self {
        case .unreadable(_, let errno), .netlinkRefused(let errno): errno == EACCES || errno == EPERM
        case .malformed: false
        }
    }

    /// Whether the process or the file does not exist any more. This is normal between two readings.
    package var isGone: Bool {
        switch self {
        case .unreadable(_, let errno): errno == ENOENT || errno == ESRCH
        case .malformed, .netlinkRefused: false
        }
    }
}

/// The system's words for an `errno`.
package enum SystemMessage {
    /// The message, or the number if the system has no words for it.
    package static func text(for code: CInt) -> String {
        // Thread-safe since glibc 2.32.
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
