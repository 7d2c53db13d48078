import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stops accepting for a moment when the process or the system has no file descriptor left for another connection.
///
/// New connections then wait in the backlog. Without the pause the loop would spin, because the socket stays readable
/// and `accept` fails each time.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(200)

    private let core: ServerCore
    /// One descriptor is closed while nothing is accepted, so that others can use it. libdispatch, on which Swift's
    /// tasks run, looks at its threads once a second and ends the process if it finds no descriptor then. A lost
    /// connection to somewhere else also needs one to be made again.
    private var spare: SpareDescriptor?
    private var pausedAt: ContinuousClock.Instant?

    init(core: ServerCore) {
        self.core = core
        spare = SpareDescriptor()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let pausedAt {
            self.pausedAt = nil
            core.logger.acceptingAgain(after: pausedAt.duration(to: core.now))
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        pausedAt = pausedAt ?? core.now
        spare = nil
        core.acceptPaused(error)
        let channel = context.channel
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [weak self] in
            self?.spare = SpareDescriptor()
            try? channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}

/// A descriptor that is held so that there is one to release.
private final class SpareDescriptor {
    private let descriptor: CInt

    init?() {
        descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }
}
