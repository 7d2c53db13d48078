import CHost
import Glibc

/// The processes that can have begun since the last look: the kernel gives numbers out in ascending order, and
/// `/proc/loadavg` says the last one (proc_loadavg(5)).
///
/// That holds only where both speak of the same numbers. Under lxcfs, in gVisor, and in a pid namespace over an outer
/// `/proc` they do not. So a thread of our own proves it first, each listing of all processes tests it again, and a
/// sweep uses it only where the kernel's count of forks says that no number was given out in another way, as
/// `clone3` with a number of its own can do.
/// Belongs to one reader and is not safe to share between threads.
struct NewbornProcesses {
    private let load: KeptFile<LoadAverage>
    /// Why all processes are listed at each sweep; nil where their numbers can be trusted.
    private(set) var doubt: String?
    /// Sweeps until numbers that were wrong once are tried again.
    private var sweepsOfDoubt = 0
    /// The last numbers at the last look and at the one before it: a number is given out a moment before its process
    /// can be seen, so each is looked at twice.
    private var last: (now: Int32, before: Int32)?
    /// Forks less numbers: as long as it stays, each fork has had the next number.
    private var skew: Int64?

    /// Where more numbers were given out, threads mostly, the list is cheaper than looking at each.
    private static let most: Int32 = 64
    private static let sweepsToNextProof = 600

    init(root: String, buffer: ReadBuffer) {
        load = KeptFile(root: root, buffer: buffer)
        // Of another root, a copied tree or another namespace's, the numbers need not be those of its `loadavg`.
        doubt = root.isEmpty ? Self.proof(load) : "/proc is a copy"
        if !root.isEmpty { sweepsOfDoubt = .max }
    }

    /// Numbers that belong to processes, known ones among them; nil where all have to be listed. `forks` is the
    /// kernel's count, read just before.
    mutating func numbers(in folder: CInt, forks: UInt64?) -> [Int32]? {
        guard doubt == nil, let now = try? load.read().lastProcess else { return nil }
        let skew = forks.map { Int64(truncatingIfNeeded: $0) &- Int64(now) }
        defer { self.skew = skew }
        guard let last, let skew, skew == self.skew, now >= last.before, now - last.before <= Self.most
        else { return nil }
        self.last = (now, last.now)
        return (last.before..<now).map { $0 + 1 }.filter { Self.threadGroup(of: $0, in: folder) == $0 }
    }

    /// Before all processes are listed.
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

    /// The last number that was looked at twice: no process that a listing finds new may have one before it.
    var settled: Int32? { last?.before }

    /// Takes the processes that a listing found and the looks before had missed.
    mutating func note(missed: some Sequence<Int32>, settled: Int32?) {
        guard doubt == nil, let settled, let first = last?.before, first >= settled else { return }
        let end = (try? load.read().lastProcess) ?? .max
        // Numbers begin anew at `pid_max`: that listing proves nothing.
        guard end >= first, missed.contains(where: { $0 <= settled || $0 > end }) else { return }
        doubt = "a process had a number that /proc/loadavg did not tell"
        sweepsOfDoubt = Self.sweepsToNextProof
        last = nil
    }

    /// A thread of our own has to get a number that `loadavg` knows, and `/proc` has to show it as ours; nil where it
    /// does.
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
        // A start over at `pid_max` in between is as rare as it is harmless: all are listed then.
        guard before < number, number <= after else { return "/proc/loadavg tells the numbers of another namespace" }
        return nil
    }

    /// The process a thread belongs to. Threads have folders under their numbers too, which no list shows: only a
    /// process's own has as its first thread the process.
    private static func threadGroup(of number: Int32, in folder: CInt) -> Int32? {
        let descriptor = openat(folder, "\(number)/status", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: 512, alignment: 1) { bytes in
            let count = pread(descriptor, bytes.baseAddress, bytes.count, 0)
            guard count > 0 else { return nil }
            // `Tgid:` stands within the first lines, after a name of 64 bytes at most, escaped.
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
