import CHost
import Glibc

/// What this process may do on the host.
package enum Privileges {
    // capabilities(7)
    private static let readAnyFile: UInt64 = 1 << 2
    private static let inspectProcesses: UInt64 = 1 << 19
    /// Without these, the owners of sockets and the traffic of processes are known only for the collector's own user.
    private static let kept = readAnyFile | inspectProcesses

    /// Becomes the user `name` for good. It keeps at most two capabilities, which let it read what other users'
    /// processes do. Programs that it starts get none.
    ///
    /// Runs `program` anew with `arguments` in place of this one, so it returns only by throwing. Capabilities belong
    /// to threads, and the Swift runtime has several before `main`. execve(2) leaves only the calling one.
    package static func drop(to name: String, running program: String, arguments: [String]) throws(PrivilegeError)
        -> Never
    {
        guard geteuid() == 0 else { throw .notRoot }
        let (user, group) = try identifiers(of: name)
        var capabilities: UInt64 = 0
        try check("capget", chost_permitted_capabilities(&capabilities))
        try check("prctl(PR_SET_KEEPCAPS)", chost_keep_capabilities(1))
        try check("prctl(PR_CAPBSET_DROP)", chost_bound_capabilities(kept))
        try check("initgroups", initgroups(name, group) == 0 ? 0 : errno)
        try check("setgid", setgid(group) == 0 ? 0 : errno)
        try check("setuid", setuid(user) == 0 ? 0 : errno)
        try check("capset", chost_set_capabilities(capabilities & kept))
        try check("prctl(PR_SET_KEEPCAPS)", chost_keep_capabilities(0))
        try check("prctl(PR_SET_NO_NEW_PRIVS)", chost_no_new_privileges())
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        execv(program, &words)
        throw .refused(call: "execv", errno: errno)
    }

    private static func check(_ call: String, _ errno: Int32) throws(PrivilegeError) {
        guard errno == 0 else { throw .refused(call: call, errno: errno) }
    }

    private static func identifiers(of name: String) throws(PrivilegeError) -> (uid_t, gid_t) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16 * 1024)
        let status = getpwnam_r(name, &entry, &buffer, buffer.count, &found)
        guard status == 0 || status == ENOENT else { throw .refused(call: "getpwnam_r", errno: status) }
        guard found != nil else { throw .unknownUser(name) }
        return (entry.pw_uid, entry.pw_gid)
    }
}

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
