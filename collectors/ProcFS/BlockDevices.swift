/// The names in `/sys/block`: whole devices, which `/proc/diskstats` does not tell from their partitions.
package enum BlockDevices {
    /// nil where the folder cannot be read.
    package static func names(root: String) -> Set<String>? {
        guard let directory = try? DirectoryStream(path: root + "/sys/block") else { return nil }
        var names: Set<String> = []
        directory.forEachName { name in
            let text = String(cString: name)
            if !text.hasPrefix(".") { names.insert(text) }
        }
        return names
    }
}
