import CHost
import Glibc

/// Finds the processes that may have begun since the last look. The kernel gives out numbers in ascending order, and
/// `/proc/loadavg` has the last one (proc_loadavg(5)).
///
/// This works only if both use the same numbers. Under lxcfs, in gVisor, and in a pid namespace with an outer `/proc`
/// they do not. So a thread of our own tests it first, and each listing of all processes tests it again. A sweep uses
/// it only if the kernel's count of forks shows that no number was given out in another way. `clone3` can ask for a
/// number, for example. Belongs to one reader and is not safe to share between threads.
struct NewbornProcesses {
    private let load: KeptFile<LoadAverage>
    /// Why all processes are listed at each sweep; nil if their numbers can be trusted.
    private(set) var doubt: String?
    /// How many sweeps pass until wrong numbers are tried again.
    private var sweepsOfDoubt = 0
    /// The last numbers at the last two looks. A number is given out a moment before its process can be seen, so each
    /// number is looked at twice.
    private var last: (now: Int32, before: Int32)?
    /// The count of forks less the last number. While this stays the same, each fork got the next number.
    private var skew: Int64?

    /// If more numbers were given out, mostly for threads, listing is cheaper than looking at each.
    private static let most: Int32 = 64
    private static let sweepsToNextProof = 600

    init(root: String, buffer: ReadBuffer) {
        load = KeptFile(root: root, buffer: buffer)
        // Under another root (a copied tree, or another namespace) the numbers may differ from those of its `loadavg`.
        doubt = root.isEmpty ? Self.proof(load) : "/proc is a copy"
        if !root.isEmpty { sweepsOfDoubt = .max }
    }

    /// Numbers of processes, including known ones; nil if all have to be listed. `forks` is the kernel's count, read
    /// just before.
    mutating func numbers(in folder: CInt, forks: UInt64?) -> [Int32]? {
        guard doubt == nil, let now = try? load.read().lastProcess else { return nil }
        let skew = forks.map { Int64(truncatingIfNeeded: $0) &- Int64(now) }
        defer { self.skew = skew }
        guard let last, let skew, skew == self.skew, now >= last.before, now - last.before <= Self.most
        else { return nil }
        self.last = (now, last.now)
        return (last.before..<now).map { $0 + 1 }.filter { Self.threadGroup(of: $0, in: folder) == $0 }
    }

    /// Call it before all processes are listed.
    mutating func beginListing() {
        if doubt != nil, sweepsOfDoubt < .max {
            sweepsOfDoubt -= 1
            if sweepsOfDoubt <= 0 {
                doubt = Self.proof(load)
                sweepsOfDoubt = Self.sweepsToNextProof
            }
        }
        last = doubt == nil ? (try? load.read().lastProcess).map { ($0, $0) } : nil
    }

    /// The last number that was looked at twice. If a listing finds a new process, its number has to be after this.
    var settled: Int32? { last?.before }

    /// Takes the processes that a listing found, but the looks before it did not.
    mutating func note(missed: some Sequence<Int32>, settled: Int32?) {
        guard doubt == nil, let settled, let first = last?.before, first >= settled else { return }
        let end = (try? load.read().lastProcess) ?? .max
        // Numbers began anew after `pid_max`, so this listing proves nothing.
        guard end >= first, missed.contains(where: { $0 <= settled || $0 > end }) else { return }
        doubt = "a process had a number that /proc/loadavg did not tell"
        sweepsOfDoubt = Self.sweepsToNextProof
        last = nil
    }

    /// Tests with a thread of our own: `loadavg` has to know its number, and `/proc` has to show it as ours. Returns
    /// nil if both do.
    private static func proof(_ load: KeptFile<LoadAverage>) -> String? {
        guard let before = try? load.read().lastProcess else { return "/proc/loadavg has no last number" }
        var number: pid_t = 0
        guard let thread = chost_hold_thread(&number) else { return "no thread could be started to try it" }
        defer { chost_release_thread(thread) }
        let after = (try? load.read().lastProcess) ?? 0
        let folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if folder >= 0 { close(folder) } }
        guard threadGroup(of: number, in: folder) == getpid() else {
            return "/proc shows the processes of another namespace"
        }
        // The numbers may begin anew in between. That is rare and does no harm: then all are listed.
        guard before < number, number <= after else { return "/proc/loadavg tells the numbers of another namespace" }
        return nil
    }

    /// The process of a thread. Threads have folders with their numbers too, although no list shows them. Only the
    /// number of a process is the number of its first thread.
    private static func threadGroup(of number: Int32, in folder: CInt) -> Int32? {
        let descriptor = openat(folder, "\(number)/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { bytes in
            let count = pread(descriptor, bytes.baseAddress, bytes.count, 0)
            guard count > 0 else { return nil }
            // `Tgid:` is in the first lines, after an escaped name of at most 64 bytes.
            var cursor = ByteCursor(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            while !cursor.isAtEnd {
                if let name = cursor.token(), cursor.matches(name, "Tgid:") {
                    return cursor.unsigned().flatMap(Int32.init(exactly:))
                }
                cursor.skipLine()
            }
            return nil
        }
    }
}
