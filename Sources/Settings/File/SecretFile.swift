import Glibc

/// What users other than its owner may do with a file that holds a token, a key or a password.
package enum SecretFile {
    package enum Exposure: Sendable, Equatable {
        /// Every user of this host can read it.
        case readable
        /// The file's group can change it.
        case writableByGroup
        /// Every user of this host can change it, and so choose the secret.
        case writable

        package var description: String {
            switch self {
            case .readable: "every user of this host can read this secret"
            case .writableByGroup, .writable: "others can change this secret"
            }
        }
    }

    /// What is to be done where it was exposed.
    package static let remedy = "chmod 600 it and change the secret"

    /// What is wrong with the file; nil where nothing is, where it is no regular file (a pipe, a terminal), or where it
    /// is not there, which is told elsewhere.
    package static func exposure(of path: String) -> Exposure? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        if status.st_mode & 0o002 != 0 { return .writable }
        if status.st_mode & 0o020 != 0 { return .writableByGroup }
        return status.st_mode & 0o004 != 0 ? .readable : nil
    }
}
