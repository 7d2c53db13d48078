import Glibc

/// The processes that can have begun since the last look: the kernel gives numbers out in ascending order, and
/// `/proc/loadavg` says the last one (proc_loadavg(5)).
///
/// Belongs to one reader and is not safe to share between threads.
struct NewbornProcesses {
    private let load: KeptFile<LoadAverage>
    /// Of another root, a copied tree or another namespace's, the numbers need not be those of its `loadavg`.
    private let isKernel: Bool
    /// The last numbers at the last look and at the one before it: a number is given out a moment before its process
    /// can be seen, so each is looked at twice.
    private var last: (now: Int32, before: Int32)?

    /// Where more numbers were given out, threads mostly, the list is cheaper than looking at each.
    private static let most: Int32 = 64

    init(root: String, buffer: ReadBuffer) {
        load = KeptFile(root: root, buffer: buffer)
        isKernel = root.isEmpty
    }

    /// Forgets what was seen: the list of all processes is about to be read.
    mutating func startOver() {
        last = isKernel ? (try? load.read().lastProcess).map { ($0, $0) } : nil
    }

    /// Numbers that belong to processes, known ones among them; nil where all have to be listed.
    mutating func numbers(in folder: CInt) -> [Int32]? {
        guard let last, let now = try? load.read().lastProcess, now >= last.before, now - last.before <= Self.most
        else { return nil }
        self.last = (now, last.now)
        return (last.before..<now).map { $0 + 1 }.filter { Self.isProcess($0, in: folder) }
    }

    /// Threads have folders under their numbers too, which no list shows: only a process's own has as its first
    /// thread the process.
    private static func isProcess(_ pid: Int32, in folder: CInt) -> Bool {
        let descriptor = openat(folder, "\(pid)/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { bytes in
            let count = pread(descriptor, bytes.baseAddress, bytes.count, 0)
            guard count > 0 else { return false }
            // `Tgid:` stands within the first lines, after a name of 64 bytes at most, escaped.
            let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<count]), as: UTF8.self)
            return text.split(separator: "\n").contains { $0 == "Tgid:\t\(pid)" }
        }
    }
}
