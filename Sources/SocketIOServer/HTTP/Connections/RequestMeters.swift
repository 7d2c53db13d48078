import NIOCore
import NIOHTTP1

/// Sits in front of the HTTP decoder and counts the bytes of a request that is not complete: the bytes that the decoder
/// holds.
final class HeaderMeter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Called after each read with the number of held bytes, if there are any.
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

/// Limits how many requests of one connection wait while one is being answered.
///
/// Sits between the decoder, which makes requests from everything in one read, and the pipelining handler, which keeps
/// them until it is their turn. The last request that fits is answered as the last of the connection. RFC 9112 §9.3.2
/// tells clients that pipeline to be ready for that. Later requests are dropped.
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
