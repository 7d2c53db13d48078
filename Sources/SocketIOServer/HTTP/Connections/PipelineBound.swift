import NIOCore
import NIOHTTP1

/// Bounds how many requests wait on one connection behind the one that is being answered.
///
/// Stands between the decoder, which makes requests of all that one read has brought, and the pipelining handler, which
/// keeps them until their turn comes.
final class PipelineBound: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let core: ServerCore
    private let peer: ServerCore.Peer
    private var unanswered = 0
    private var isCut = false

    init(core: ServerCore, peer: ServerCore.Peer) { (self.core, self.peer) = (core, peer) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isCut else { return }
        if case .head = unwrapInboundIn(data) {
            unanswered += 1
            let limit = core.configuration.limits.pipelinedRequests
            guard unanswered <= limit else {
                isCut = true
                core.violated("tooManyPipelined", "pipelined-requests: \(limit)", address: peer.text)
                return context.close(promise: nil)
            }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }
}
