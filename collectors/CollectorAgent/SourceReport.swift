import Glibc
import Probes
import ProcFS

/// Gathers which sources of one sample failed, and how.
struct SourceReport {
    private(set) var flags: SampleFlags = []

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
        }
    }

    mutating func insert(_ flag: SampleFlags) {
        flags.insert(flag)
    }
}

extension ProcFSError {
    /// A feature that is compiled in but off, as pressure with `psi=0`.
    fileprivate var isSwitchedOff: Bool {
        if case .unreadable(_, let errno) = self { return errno == EOPNOTSUPP }
        return false
    }
}
