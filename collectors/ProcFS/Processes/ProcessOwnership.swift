import SampleContract

/// `/proc/[pid]/cgroup`: the container or systemd unit of a process (cgroups(7)).
package struct ControlGroup: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/cgroup"

    /// `nginx.service`, `docker-0123456789ab`, `lxc/web`, …, as ``NameText``; nil for a process in no unit.
    package var unit: String?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        // hierarchy:controllers:path. The unified hierarchy (0) counts first, then systemd's own, then any other.
        var best: (rank: Int, unit: [UInt8])?
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else {
                throw .malformed(file: Self.path, line: index + 1, expected: "hierarchy:controllers:path")
            }
            guard let unit = Self.unit(inPath: Array(parts[2])) else { continue }
            let rank =
                if parts[0].elementsEqual("0".utf8) { 0 } else if parts[1].elementsEqual("name=systemd".utf8) { 1 } else
                { 2 }
            if best.map({ rank < $0.rank }) ?? true { best = (rank, unit) }
        }
        unit = (best?.unit).map { NameText.string($0) }
    }

    private typealias Name = ArraySlice<UInt8>

    private static func unit(inPath path: [UInt8]) -> [UInt8]? {
        let components = path.split(separator: UInt8(ascii: "/"))
        for (index, component) in components.enumerated().reversed() {
            let parent = index > 0 ? components[index - 1] : nil
            if let container = containerName(component, parent: parent) { return container }
            if ends(component, with: ".service") || ends(component, with: ".scope") { return Array(component) }
            let payload = "lxc.payload.".utf8
            if component.starts(with: payload) { return Array("lxc/".utf8) + component.dropFirst(payload.count) }
            if let parent, parent.elementsEqual("lxc".utf8) { return Array("lxc/".utf8) + component }
        }
        return nil
    }

    /// Shortens `docker-ID.scope`, `docker/ID` and the like to `docker-` and the first twelve digits of ID.
    private static func containerName(_ component: Name, parent: Name?) -> [UInt8]? {
        let name = ends(component, with: ".scope") ? component.dropLast(".scope".utf8.count) : component
        let id = name.suffix(64)
        guard id.count == 64, id.allSatisfy(isHexadecimal) else { return nil }
        let prefix = name.dropLast(64)
        let runtime = prefix.isEmpty ? parent.map(Array.init) ?? Array("container".utf8) : Array(prefix.dropLast())
        return runtime + [UInt8(ascii: "-")] + id.prefix(12)
    }

    private static func ends(_ name: Name, with end: String) -> Bool {
        name.suffix(end.utf8.count).elementsEqual(end.utf8)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}

/// `/etc/passwd`: the names of users by number (passwd(5)). No other name service is asked.
package struct UserNames: KernelFile, Sendable, Equatable {
    package static let path = "etc/passwd"

    /// As ``NameText``, so that different names are different texts.
    private var names: [UInt32: String] = [:]

    package init() {}

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            guard fields.count == 4, let uid = UInt32(String(decoding: fields[2], as: UTF8.self)) else { continue }
            if names[uid] == nil { names[uid] = NameText.string(fields[0]) }
        }
    }

    /// The user's name, or the number if there is no name.
    package subscript(uid: UInt32) -> String {
        names[uid] ?? String(uid)
    }
}
