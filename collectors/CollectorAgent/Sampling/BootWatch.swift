import ProcFS

/// Notices that the host booted between two samples, as after a checkpoint: no counter goes on from there.
struct BootWatch {
    private let file: KeptFile<BootID>
    private(set) var boot: String?

    init(root: String, buffer: ReadBuffer) {
        file = KeptFile(root: root, buffer: buffer)
    }

    /// Reads the boot's name; true where it is another than at the sample before.
    mutating func isAnother() -> Bool {
        guard let now = try? file.read().prefix else { return false }
        defer { boot = now }
        return boot.map { $0 != now } ?? false
    }
}
