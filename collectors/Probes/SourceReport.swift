import Glibc
import ProcFS
import SampleContract

/// Gathers which sources of one sample failed, and how.
package struct SourceReport {
    /// A source that failed: once for all processes, and how often.
    package struct Warning: Sendable, Equatable {
        /// The file's path under the root, with `[pid]` for a process's number, or `sock_diag`.
        package var source: String
        /// The first error.
        package var reason: String
        package var count: UInt64
    }

    private(set) var flags: SampleFlags = []
    /// Malformed text and failed readings, one for each source; what a kernel lacks or denies is none.
    private(set) var warnings: [Warning] = []

    /// The source's value, or nil with the reason noted. A file this kernel does not have is no failure.
    mutating func take<Value>(_ read: () throws(ProcFSError) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            note(error)
            return nil
        }
    }

    mutating func note(_ error: ProcFSError) {
        if error.isDenied {
            flags.insert(.noPrivilege)
        } else if !error.isGone, !error.isSwitchedOff {
            flags.insert(.partial)
            count(error)
        }
    }

    mutating func insert(_ flag: SampleFlags) {
        flags.insert(flag)
    }

    private mutating func count(_ error: ProcFSError) {
        let source = error.source
        if let index = warnings.firstIndex(where: { $0.source == source }) {
            warnings[index].count += 1
        } else {
            warnings.append(Warning(source: source, reason: error.description, count: 1))
        }
    }
}

extension ProcFSError {
    /// A feature that is compiled in but off, as pressure with `psi=0`.
    fileprivate var isSwitchedOff: Bool {
        if case .unreadable(_, let errno) = self { return errno == EOPNOTSUPP }
        return false
    }

    /// The source's name without root and numbers, so that a thousand processes are one source.
    fileprivate var source: String {
        switch self {
        case .netlinkRefused: return "sock_diag"
        case .unreadable(let file, _), .malformed(let file, _, _):
            let parts = file.split(separator: "/").map { $0.allSatisfy(\.isNumber) ? "[pid]" : String($0) }
            let start = parts.lastIndex { ["proc", "sys", "etc"].contains($0) } ?? 0
            return parts[start...].joined(separator: "/")
        }
    }
}

/// Failed sources since the start, and which of them are due to be logged: each at most once a minute.
struct SourceWarnings {
    private struct Known {
        var count: UInt64
        var logged: UInt64
        var loggedNs: UInt64
    }

    private static let intervalNs: UInt64 = 60_000_000_000
    private var known: [String: Known] = [:]
    private var due: [SourceReport.Warning] = []

    /// Counts what one sample met.
    mutating func add(_ warnings: [SourceReport.Warning], nowNs: UInt64) {
        for warning in warnings {
            var entry = known[warning.source] ?? Known(count: 0, logged: 0, loggedNs: 0)
            let isDue = entry.logged == 0 || nowNs &- entry.loggedNs >= Self.intervalNs
            entry.count += warning.count
            if isDue {
                due.append(.init(source: warning.source, reason: warning.reason, count: entry.count - entry.logged))
                entry.logged = entry.count
                entry.loggedNs = nowNs
            }
            known[warning.source] = entry
        }
    }

    /// What is due to be logged, with the count since the last time.
    mutating func takeDue() -> [SourceReport.Warning] {
        defer { due = [] }
        return due
    }
}
