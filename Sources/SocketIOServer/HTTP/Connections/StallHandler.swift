import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Closes a connection whose peer does not read what is written to it, because an unread answer holds memory.
///
/// Sits next to the socket while the connection speaks HTTP, so that it sees every answer. It asks the channel whether
/// the peer reads anything, a few times per time-out and only while something waits.
final class StallHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private let core: ServerCore
    private var watch: WriteWatch
    private var written = 0
    private var isScheduled = false
    private var context: ChannelHandlerContext?

    init(core: ServerCore) {
        self.core = core
        watch = WriteWatch(timeout: core.configuration.limits.writeTimeout)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let bytes = context.part(of: data, as: OutboundIn.self, promise) else { return }
        written += bytes.readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        if !isScheduled { check() }
    }

    private func check() {
        guard let context, context.channel.isActive else { return }
        let pending = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        switch watch.checked(written: written, pending: pending, now: context.eventLoop.now) {
        case .idle: break
        case .wait(let time):
            isScheduled = true
            context.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
                self?.isScheduled = false
                self?.check()
            }
        case .stalled:
            core.violated(.slowReader, address: context.channel.remoteAddress?.ipAddress)
            context.close(promise: nil)
        }
    }
}

/// Whether a peer reads what is written to it.
struct WriteWatch: Sendable, Equatable {
    enum Verdict: Sendable, Equatable {
        /// Nothing waits.
        case idle
        /// Check again after that time.
        case wait(TimeAmount)
        /// The peer has read nothing for the whole time-out.
        case stalled
    }

    private let timeout: TimeAmount
    private var taken = 0
    private var movedAt: NIODeadline?

    init(timeout: Duration) {
        self.timeout = TimeAmount(timeout)
    }

    /// - Parameters:
    ///   - written: bytes written so far.
    ///   - pending: those of them that the kernel has not taken.
    mutating func checked(written: Int, pending: Int, now: NIODeadline) -> Verdict {
        guard pending > 0 else {
            movedAt = nil
            return .idle
        }
        let taken = written - pending
        if taken > self.taken || movedAt == nil { movedAt = now }
        self.taken = taken
        guard let movedAt, now - movedAt < timeout else { return .stalled }
        return .wait(.nanoseconds(timeout.nanoseconds / 5))
    }
}

/// How many written bytes the peer has not taken yet: those that the channel holds, and those that the kernel holds.
enum UntakenBytes {
    static func of(_ channel: any Channel) -> Int {
        let pending = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return pending + kept(by: channel)
    }

    /// Sent bytes that the peer's kernel has not acknowledged count too. Once its buffer is full, it acknowledges more
    /// only as the peer reads.
    private static func kept(by channel: any Channel) -> Int {
        let count = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            socket in
            var count: CInt = 0
            return ioctl(socket, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
        }
        return count ?? 0
    }
}
