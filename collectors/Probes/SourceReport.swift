import Glibc
import ProcFS
import SampleContract

/// Gathers the sources of one sample that failed, and their errors.
package struct SourceReport {
    /// A source that failed, and how often. All processes together are one source.
    package struct Warning: Sendable, Equatable {
        /// The file's path under the root, with `[pid]` for a process's number, or `sock_diag`.
        package var source: String
        /// The first error.
        package var reason: String
        package var count: UInt64
    }

    private(set) var flags: SampleFlags = []
    /// Malformed text and failed readings, one for each source. Files that a kernel lacks or denies are not faults.
    private(set) var warnings: [Warning] = []

    /// The value of the source. If there is none, it notes the reason and gives nil. A file that this kernel does not
    /// have is not a failure.
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
    /// A feature that is compiled in but switched off, such as pressure with `psi=0`.
    fileprivate var isSwitchedOff: Bool {
        if case .unreadable(_, let errno) = self { return errno == EOPNOTSUPP }
        return false
    }

    /// The name of the source without root and numbers, so that a thousand processes are one source.
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

/// The failed sources since the start, and those that should be logged, each at most once a minute.
struct SourceWarnings {
    private struct Known {
        var count: UInt64
        var logged: UInt64
        var loggedNs: UInt64
    }

    private static let intervalNs: UInt64 = 60_000_000_000
    private var known: [String: Known] = [:]
    private var due: [SourceReport.Warning] = []

    /// Counts the failures of one sample.
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

    /// The sources to log now, with the count since the last time.
    mutating func takeDue() -> [SourceReport.Warning] {
        defer { due = [] }
        return due
    }
}
