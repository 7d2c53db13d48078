import Glibc

/// The names in `/sys/block`: whole devices, which `/proc/diskstats` does not tell from their partitions.
package struct BlockDevices: Sendable {
    private var names: Set<[UInt8]> = []

    /// nil where the folder cannot be read.
    package init?(root: String) {
        guard let directory = try? DirectoryStream(path: root + "/sys/block") else { return nil }
        var names: Set<[UInt8]> = []
        directory.forEachName { name in
            if name[0] != CChar(UInt8(ascii: ".")) {
                names.insert(UnsafeRawBufferPointer(start: name, count: strlen(name)).map { $0 })
            }
        }
        self.names = names
    }

    /// Whether a device of `/proc/diskstats` is a whole one: sysfs spells the `/` of its name `!`.
    package func contains(_ name: [UInt8]) -> Bool {
        names.contains(name)
            || names.contains(name.map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "!") : $0 })
    }
}
