import NIOCore
import NIOHTTP1

/// Stands before the HTTP decoder and counts the bytes of a request that is not there yet: what the decoder holds.
final class HeaderMeter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Told how many there are after each read, where there are any.
    var onHeld: ((Int) -> Void)?
    private var held = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        held += unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
        if held > 0 { onHeld?(held) }
    }

    /// A part of a request has come out of the decoder.
    func partReceived() { held = 0 }

    func handlerRemoved(context: ChannelHandlerContext) { onHeld = nil }
}

/// Bounds how many requests wait on one connection behind the one that is being answered.
///
/// Stands between the decoder, which makes requests of all that one read has brought, and the pipelining handler, which
/// keeps them until their turn comes. The last one that fits is answered as the connection's last (RFC 9112 §9.3.2: who
/// pipelines has to be ready for that); what comes behind it is dropped.
final class PipelineBound: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let core: ServerCore
    private let peer: ServerCore.Peer
    private var unanswered = 0
    private var isFull = false
    /// Whether requests were dropped.
    private var isCut = false

    init(core: ServerCore, peer: ServerCore.Peer) { (self.core, self.peer) = (core, peer) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data) else {
            return isCut ? () : context.fireChannelRead(data)
        }
        let limit = core.configuration.limits.pipelinedRequests
        guard !isFull else {
            if !isCut { core.violated(.tooManyPipelined, "pipelined-requests: \(limit)", address: peer.text) }
            return isCut = true
        }
        unanswered += 1
        guard unanswered >= limit else { return context.fireChannelRead(data) }
        isFull = true
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }
}
