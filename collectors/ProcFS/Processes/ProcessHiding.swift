import CHost
import Glibc

/// Whether `/proc` hides other users' processes from this one: the mount option `hidepid` (proc(5)).
package struct ProcessHiding {
    private let mounts: KeptFile<ProcessMount>

    package init(root: String, buffer: ReadBuffer) {
        mounts = KeptFile(root: root, buffer: buffer)
    }

    /// The option as for `mount`, such as `hidepid=2`; nil if nothing is hidden, or not from this user.
    package func option() -> String? {
        guard let mount = try? mounts.read(), let level = mount.hidePID else { return nil }
        var capabilities: UInt64 = 0
        let inspectsProcesses: UInt64 = 1 << 19  // CAP_SYS_PTRACE
        if chost_permitted_capabilities(&capabilities) == 0, capabilities & inspectsProcesses != 0 { return nil }
        // The members of one group see all processes, except with `ptraceable`.
        if level != .ptraceable, Self.isMember(of: gid_t(mount.groupID)) { return nil }
        return "hidepid=\(level.rawValue)"
    }

    /// Whether `/proc` shows nothing but processes, to nobody: `subset=pid`, as systemd's `ProcSubset=pid` mounts it.
    package var showsOnlyProcesses: Bool { (try? mounts.read())?.hasFiles == false }

    private static func isMember(of group: gid_t) -> Bool {
        if getegid() == group { return true }
        let count = getgroups(0, nil)
        guard count > 0 else { return false }
        var groups = [gid_t](repeating: 0, count: Int(count))
        let got = getgroups(count, &groups)
        return got > 0 && groups.prefix(Int(got)).contains(group)
    }
}

/// What `/proc/self/mountinfo` says about the mount on `/proc` (proc_pid_mountinfo(5)).
struct ProcessMount: KernelFile, Sendable, Equatable {
    static let path = "proc/self/mountinfo"

    enum Level: Int, Sendable {
        /// Their folders are visible, but their files cannot be read.
        case noAccess = 1
        case invisible = 2
        case ptraceable = 4
    }

    var hidePID: Level?
    var groupID: UInt32 = 0
    /// Such as `/proc/stat`.
    var hasFiles = true

    init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        // number parent device root place options … - type source options-of-the-filesystem; the last mount is on top.
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count > 6, words[4].elementsEqual("/proc".utf8),
                let dash = words.lastIndex(where: { $0.elementsEqual("-".utf8) }), dash + 3 < words.count
            else { continue }
            hidePID = nil
            groupID = 0
            hasFiles = true
            for option in words[dash + 3].split(separator: UInt8(ascii: ",")) {
                let text = String(decoding: option, as: UTF8.self)
                if text.hasPrefix("hidepid=") { hidePID = Self.level(text.dropFirst("hidepid=".count)) }
                if text == "subset=pid" { hasFiles = false }
                if text.hasPrefix("gid=") { groupID = UInt32(text.dropFirst("gid=".count)) ?? 0 }
            }
        }
    }

    private static func level(_ text: Substring) -> Level? {
        switch text {
        case "1", "noaccess": .noAccess
        case "2", "invisible": .invisible
        case "4", "ptraceable": .ptraceable
        default: nil
        }
    }
}
