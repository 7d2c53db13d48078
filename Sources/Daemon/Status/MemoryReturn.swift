import Glibc
import NIOPosix
import StreamAssembly
import Synchronization

/// Gives memory back to the system that was let go: the allocator would keep it, whatever the window holds by now.
///
/// What this process takes beyond the window is compared with the least that it took beyond it so far. The comparison
/// costs a small read each second. The work is done beside the event loop, rarely, and not again for what it could not
/// give back.
struct MemoryReturn {
    /// Less is not worth the work: for as long, whoever asks the allocator for memory may have to wait.
    static let leastBytes = 32 << 20
    static let rest = Duration.seconds(20)

    /// The least that was taken beyond the window.
    private var floor: Int?
    private var restsUntil: ContinuousClock.Instant?

    /// - Parameters:
    ///   - resident: bytes of this process in memory.
    ///   - held: bytes of the window, as counted.
    mutating func isDue(resident: Int, held: Int, now: ContinuousClock.Instant) -> Bool {
        let beyond = resident - held
        let least = min(floor ?? beyond, beyond)
        floor = least
        guard beyond - least > Self.leastBytes + held / 8, restsUntil.map({ now >= $0 }) ?? true else { return false }
        restsUntil = now + Self.rest
        return true
    }

    /// It was done; what is still taken is in use.
    mutating func wasDone(resident: Int, held: Int) { floor = resident - held }
}

/// Looks each second, on the event loop, whether memory can be given back.
final class MemoryWatch: Sendable {
    private let state = Mutex(MemoryReturn())
    private let trim: (@convention(c) (Int) -> CInt)?

    init() {
        // Not every C library has it.
        trim = dlsym(nil, "malloc_trim").map { unsafeBitCast($0, to: (@convention(c) (Int) -> CInt).self) }
    }

    func look(held: Int, now: ContinuousClock.Instant = .now) {
        guard let trim, let resident = Self.residentBytes(),
            state.withLock({ $0.isDue(resident: resident, held: held, now: now) })
        else { return }
        NIOThreadPool.singleton.submit { _ in
            _ = trim(0)
            guard let left = Self.residentBytes() else { return }
            self.state.withLock { $0.wasDone(resident: left, held: held) }
        }
    }

    /// As the kernel counts them (proc_pid_statm(5)).
    private static func residentBytes() -> Int? {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let text = [UInt8](unsafeUninitializedCapacity: 128) { room, count in
            count = max(0, read(file, room.baseAddress, room.count))
        }
        let words = text.split(separator: UInt8(ascii: " "))
        guard words.count > 1, let pages = Int(String(decoding: words[1], as: UTF8.self)) else { return nil }
        return pages * sysconf(CInt(_SC_PAGESIZE))
    }
}
