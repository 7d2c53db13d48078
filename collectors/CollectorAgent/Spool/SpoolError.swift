import ProcFS

/// Why the spool cannot be used, with the path.
package enum SpoolError: Error, Sendable, Equatable, CustomStringConvertible {
    case system(operation: String, path: String, errno: CInt)
    case locked(path: String)
    /// The folder belongs to another user, or others may write into it: what is in it cannot be trusted.
    case foreign(path: String, reason: String)
    case damaged(path: String, offset: Int)

    package var description: String {
        switch self {
        case .system(let operation, let path, let errno):
            "cannot \(operation) \(path): \(SystemMessage.text(for: errno))"
        case .locked(let path): "\(path) is in use by another collector"
        case .foreign(let path, let reason): "\(path) \(reason); give it to this collector's user alone"
        case .damaged(let path, let offset): "\(path) is damaged at byte \(offset)"
        }
    }
}
