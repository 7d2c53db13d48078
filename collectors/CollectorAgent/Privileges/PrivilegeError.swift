/// Why a program could not become another user.
package enum PrivilegeError: Error, Sendable, Hashable, CustomStringConvertible {
    case notRoot
    case unknownUser(String)
    /// A system call failed; `call` names it.
    case refused(call: String, errno: Int32)

    package var description: String {
        switch self {
        case .notRoot: "only root can become another user: start it as root, or without --user"
        case .unknownUser(let name): "there is no user '\(name)'"
        case .refused(let call, let errno): "\(call) failed: errno \(errno)"
        }
    }
}
