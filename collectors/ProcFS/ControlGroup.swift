/// `/proc/[pid]/cgroup`: the container or systemd unit a process belongs to (cgroups(7)).
package struct ControlGroup: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/cgroup"

    /// `nginx.service`, `docker-0123456789ab`, `lxc/web`, …; nil for a process in no unit.
    package var unit: String?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        // hierarchy:controllers:path. The unified hierarchy (0) speaks first, then systemd's own, then any other.
        var best: (rank: Int, unit: String)?
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else {
                throw .malformed(file: Self.path, line: index + 1, expected: "hierarchy:controllers:path")
            }
            guard let unit = Self.unit(inPath: String(decoding: parts[2], as: UTF8.self)) else { continue }
            let rank =
                if parts[0].elementsEqual("0".utf8) { 0 } else if parts[1].elementsEqual("name=systemd".utf8) { 1 } else
                { 2 }
            if best.map({ rank < $0.rank }) ?? true { best = (rank, unit) }
        }
        unit = best?.unit
    }

    private static func unit(inPath path: String) -> String? {
        let components = path.split(separator: "/")
        for (index, component) in components.enumerated().reversed() {
            if let container = containerName(component, parent: index > 0 ? components[index - 1] : nil) {
                return container
            }
            if component.hasSuffix(".service") || component.hasSuffix(".scope") { return String(component) }
            if component.hasPrefix("lxc.payload.") { return "lxc/\(component.dropFirst("lxc.payload.".count))" }
            if index > 0, components[index - 1] == "lxc" { return "lxc/\(component)" }
        }
        return nil
    }

    /// `docker-ID.scope`, `docker/ID` and the like become `docker-` and the first twelve digits of ID.
    private static func containerName(_ component: Substring, parent: Substring?) -> String? {
        let name = component.hasSuffix(".scope") ? component.dropLast(".scope".count) : component
        let id = name.suffix(64)
        guard id.utf8.count == 64, id.utf8.allSatisfy(isHexadecimal) else { return nil }
        let prefix = name.dropLast(64)
        let runtime = prefix.isEmpty ? parent.map(String.init) ?? "container" : String(prefix.dropLast())
        return "\(runtime)-\(id.prefix(12))"
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
