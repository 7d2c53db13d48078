import NIOCore
import NIOHTTP1

/// Sits in front of the HTTP decoder and counts the bytes of a request that is not complete: the bytes that the decoder
/// holds. It keeps the first of them, to tell what is wrong if the decoder finds no request in them.
final class HeaderMeter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    /// Called after each read with the number of held bytes, if there are any.
    var onHeld: ((Int) -> Void)?
    private var held = 0
    /// The first bytes of earlier reads.
    private var beginning: [UInt8] = []
    /// The length of the first line so far; nil once it has ended.
    private var lineBytes: Int? = 0
    /// The bytes that the decoder is reading.
    private var current: ByteBuffer?
    /// How many of them are known to be earlier requests.
    private var known = 0
    /// Why the decoder has given up.
    private(set) var fault: RequestRules.Fault?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let bytes = context.part(of: data, as: InboundIn.self) else { return }
        held += bytes.readableBytes
        (current, known) = (bytes, 0)
        context.fireChannelRead(data)
        current = nil
        guard held > 0 else { return }
        let room = MalformedRequest.keptBytes - beginning.count
        if room > 0 { beginning += bytes.readableBytesView.prefix(room) }
        let view = bytes.readableBytesView
        lineBytes = view.contains(UInt8(ascii: "\n")) ? nil : lineBytes.map { $0 + view.count }
        onHeld?(held)
    }

    /// A part of a request has come out of the decoder.
    func partReceived() {
        held = 0
        guard !beginning.isEmpty else { return }
        (beginning, lineBytes) = ([], 0)
    }

    /// Whether the head that the decoder has just read is one of HTTP. If not, that is the end of the connection.
    func isHTTP(_ head: HTTPRequestHead) -> Bool {
        guard let view = current?.readableBytesView.dropFirst(known) else { return true }
        let earlier = known == 0 ? beginning : []
        let line =
            earlier.isEmpty
            ? MalformedRequest.line(of: head, in: view) : MalformedRequest.line(of: head, in: earlier + view)
        known += line.map { max(0, $0.end - earlier.count) } ?? view.count
        guard line?.isHTTP == false else { return true }
        fault = fault ?? MalformedRequest.otherProtocol
        return false
    }

    /// The decoder gives up amid the bytes that it was given last.
    func decoderFailed(_ error: HTTPParserError) {
        guard fault == nil else { return }
        let bytes = current.map { Array($0.readableBytesView) } ?? []
        let line = lineBytes.map { $0 + (bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count) } ?? 0
        fault = MalformedRequest.fault(error, seen: beginning + bytes, lineBytes: line)
    }

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
    private let meter: HeaderMeter
    private var unanswered = 0
    private var isFull = false
    /// Whether requests were dropped.
    private var isCut = false

    init(core: ServerCore, peer: ServerCore.Peer, meter: HeaderMeter) {
        (self.core, self.peer, self.meter) = (core, peer, meter)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let part = context.part(of: data, as: InboundIn.self) else { return }
        guard case .head(var head) = part else {
            return isCut ? () : context.fireChannelRead(data)
        }
        let limit = core.configuration.limits.pipelinedRequests
        guard !isFull else {
            if !isCut { core.violated(.tooManyPipelined, "pipelined-requests: \(limit)", address: peer.text) }
            return isCut = true
        }
        guard meter.isHTTP(head) else {
            (isFull, isCut) = (true, true)
            return context.fireErrorCaught(HTTPParserError.invalidVersion)
        }
        unanswered += 1
        guard unanswered >= limit else { return context.fireChannelRead(data) }
        isFull = true
        head.headers.replaceOrAdd(name: "connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// Requests before the bad one may have to be answered first: the reason is found now, while its bytes are here.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError { meter.decoderFailed(error) }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let part = context.part(of: data, as: OutboundIn.self, promise) else { return }
        if case .end = part { unanswered -= 1 }
        context.write(data, promise: promise)
    }
}
