import CEpoll
import Glibc

/// The clients of one writer, all on one epoll, in one thread.
final class Crowd {
    private let poll: Int32
    private var sockets: [Int32] = []
    private var counters: [FrameCounter] = []
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)

    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 1024)

    /// Events received, and how long each took, in ns, during the last order.
    private(set) var received = 0
    /// Everything that came, frames' headers too.
    private(set) var receivedBytes = 0
    private(set) var latencies: [UInt64] = []
    private var firstAt: UInt64 = 0
    private var lastAt: UInt64 = 0

    init() throws(SystemFailure) {
        poll = epoll_create1(0)
        guard poll >= 0 else { throw SystemFailure("epoll_create1") }
    }

    deinit {
        for socket in sockets { close(socket) }
        close(poll)
        buffer.deallocate()
        events.deallocate()
    }

    var count: Int { sockets.count }

    /// Events per second from the first to the last.
    var rate: Double { Double(received) / (Double(lastAt - firstAt) / 1e9) }

    /// Adds clients, each connected and, where asked for, in the namespace `/`.
    func connect(_ count: Int, port: Int, shakesHands: Bool) throws(SystemFailure) {
        for number in 0..<count {
            let socket = try TCP.connect(port: port, source: UInt8(2 + number % 20))
            if shakesHands { try Joining(socket: socket).join() }
            guard fcntl(socket, F_SETFL, O_NONBLOCK) == 0 else { throw SystemFailure("fcntl") }
            try watch(socket, as: UInt64(sockets.count))
            sockets.append(socket)
            counters.append(FrameCounter())
        }
    }

    /// The client of that number reads no more.
    func stall(_ number: Int) throws(SystemFailure) {
        guard epoll_ctl(poll, EPOLL_CTL_DEL, sockets[number], nil) == 0 else { throw SystemFailure("epoll_ctl") }
    }

    /// Has the writer do something and receives until it says that it is done and `expected` events are here.
    ///
    /// - Parameter expected: Events that arrive for each that is sent.
    func carryOut(
        _ order: Order, by child: Child, expected: Int, patience: Double = 20, each: () -> Void = {}
    ) throws(SystemFailure) -> Span {
        (received, receivedBytes, firstAt, lastAt) = (0, 0, 0, 0)
        latencies.removeAll(keepingCapacity: true)
        try watch(child.output, as: .max)
        defer { epoll_ctl(poll, EPOLL_CTL_DEL, child.output, nil) }
        let end = Limits.now() + UInt64(patience * 1e9)
        var span: Span?
        child.send(order)
        while span.map({ received < $0.events * expected }) ?? true {
            guard Limits.now() < end else {
                throw SystemFailure(
                    unexpected: "\(received) events came, \(span.map { $0.events * expected } ?? 0) sent")
            }
            each()
            if try receive() { span = try child.span() }
        }
        return span ?? Span(events: 0, microseconds: 0)
    }

    /// Answers pings and throws away what comes, for a while.
    func rest(seconds: Double) throws(SystemFailure) {
        let end = Limits.now() + UInt64(seconds * 1e9)
        while Limits.now() < end { _ = try receive() }
    }

    /// Receives what there is, or waits 50 ms for it; true where the writer has answered.
    private func receive() throws(SystemFailure) -> Bool {
        let ready = epoll_wait(poll, events.baseAddress, Int32(events.count), 50)
        guard ready >= 0 || errno == EINTR else { throw SystemFailure("epoll_wait") }
        var hasAnswer = false
        for event in events.prefix(Int(max(0, ready))) {
            if event.data.u64 == .max { hasAnswer = true } else { try receive(from: Int(event.data.u64)) }
        }
        return hasAnswer
    }

    private func receive(from number: Int) throws(SystemFailure) {
        let socket = sockets[number]
        let length = read(socket, buffer.baseAddress, buffer.count)
        guard length > 0 else {
            if length < 0, errno == EAGAIN { return }
            throw SystemFailure(unexpected: "client \(number) was let go")
        }
        receivedBytes += length
        let now = Limits.now()
        var hasPing = false
        counters[number].receive(UnsafeRawBufferPointer(rebasing: buffer[..<length])) { found in
            switch found {
            case .event(let sentAt):
                received += 1
                if let sentAt { latencies.append(now - sentAt) }
            case .ping: hasPing = true
            case .other: break
            }
        }
        if firstAt == 0 { firstAt = now }
        lastAt = now
        if hasPing { try Joining(socket: socket).send("3") }
    }

    private func watch(_ file: Int32, as number: UInt64) throws(SystemFailure) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: number))
        guard epoll_ctl(poll, EPOLL_CTL_ADD, file, &event) == 0 else { throw SystemFailure("epoll_ctl") }
    }
}
