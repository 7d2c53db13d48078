import CHost
import Glibc

/// A thread for work that waits in system calls.
enum ExecThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Runs `body` on a new thread, or on this one if no thread can be made.
    static func run(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        if status == 0 {
            pthread_detach(thread)
        } else {
            work.takeRetainedValue().body()
        }
    }
}

/// Wakes a thread that waits in poll(2). It stays rung.
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
