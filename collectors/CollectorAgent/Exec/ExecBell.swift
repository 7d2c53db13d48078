import CHost
import Glibc

/// Wakes a thread that waits in poll(2), once and for all.
final class ExecBell: Sendable {
    /// Readable once the bell has rung.
    let descriptor: Int32
    private let other: Int32

    init?() {
        var (read, write): (Int32, Int32) = (-1, -1)
        guard chost_pipe(&read, &write) == 0 else { return nil }
        (descriptor, other) = (read, write)
    }

    deinit {
        close(descriptor)
        close(other)
    }

    func ring() {
        var byte: UInt8 = 1
        _ = write(other, &byte, 1)
    }
}
