import NIOCore

/// Tells a connection that there is no room for it, and closes it in an orderly way.
///
/// It waits until the peer has read the answer. If a connection is closed with unread bytes, the kernel resets it and
/// the answer is lost.
final class Refusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let core: ServerCore
    private var task: Scheduled<Void>?

    init(core: ServerCore) { self.core = core }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let written = context.writeAndFlush(wrapOutboundOut(core.refusal()))
        guard core.beginsSeeingOff() else { return written.whenComplete { _ in channel.close(promise: nil) } }
        task = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(core.configuration.limits.closeTimeout)) {
            channel.close(promise: nil)
        }
        context.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard let task else { return }
        task.cancel()
        core.hasSeenOff()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
