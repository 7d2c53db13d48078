import Logging
import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells the manager of services (systemd) how the daemon is, by datagrams to the socket that `NOTIFY_SOCKET` names. Does
/// nothing where there is none.
final class ServiceManager: Sendable {
    private let environment: ServiceEnvironment
    private let address: UnixAddress?
    private let logger: Logger
    private let descriptor: CInt
    private let throttle = Mutex(LogThrottle())

    init(_ environment: ServiceEnvironment, logger: Logger) {
        self.environment = environment
        self.logger = logger
        address = environment.socket.flatMap { UnixAddress($0) }
        descriptor = address == nil ? -1 : Self.socket()
        if environment.socket != nil, address == nil { unreachable("the name of its socket is too long") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Never waits: whoever hangs here could not be watched.
    func tell(_ notice: ServiceNotice) {
        guard let address, descriptor >= 0 else { return }
        let bytes = Array(notice.text.utf8)
        let sent = address.withSockaddr { pointer, length in
            sendto(descriptor, bytes, bytes.count, Self.flags, pointer, length)
        }
        if sent < 0 { unreachable(String(cString: strerror(errno))) }
    }

    /// Signs of life are many, and so may be those that get nowhere.
    private func unreachable(_ problem: String) {
        guard let unlogged = throttle.withLock({ $0.occurred(now: .now) }) else { return }
        logger.managerUnreachable(problem, unloggedBefore: unlogged)
    }

    /// On the clock CLOCK_MONOTONIC, which event loops use.
    static var monotonicTime: Duration { .nanoseconds(NIODeadline.now().uptimeNanoseconds) }

    /// Gives signs of life from the event loop, on which everything happens, twice as often as they are wanted.
    func beat(on eventLoop: any EventLoop) -> RepeatedTask? {
        guard descriptor >= 0, let interval = environment.beat else { return nil }
        return eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(interval)) { _ in
            self.tell(.watchdog)
        }
    }

    #if canImport(Glibc)
        private static let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)

        private static func socket() -> CInt {
            Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        }
    #else
        private static let flags = CInt(MSG_DONTWAIT)

        private static func socket() -> CInt { Darwin.socket(AF_UNIX, SOCK_DGRAM, 0) }
    #endif
}

/// The address of a Unix socket: a path, or a name in the abstract namespace, written with `@` in front.
struct UnixAddress {
    private let name: [UInt8]

    /// Nil if it is too long.
    init?(_ text: String) {
        var name = Array(text.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        guard name.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        self.name = name
    }

    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        // An abstract name is as long as it is said to be; the bytes behind would belong to it.
        let start = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? MemoryLayout<sa_family_t>.size
        let length = socklen_t(start + name.count + (name.first == 0 ? 0 : 1))
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }
}
