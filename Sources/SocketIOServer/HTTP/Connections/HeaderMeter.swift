import NIOCore

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
