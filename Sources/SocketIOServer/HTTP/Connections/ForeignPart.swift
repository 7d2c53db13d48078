import NIOCore

extension ChannelHandlerContext {
    /// What another handler passes on, if it is what this one reads. Else the connection is closed, and nil returned.
    ///
    /// NIO's own `unwrapInboundIn` and `unwrapOutboundIn` end the process there, and with it all other connections. What
    /// comes can depend on the peer: in the tick of an upgrade, the decoder in front may still make requests of bytes
    /// that came behind it.
    ///
    /// - Parameter promise: of a write that fails then.
    func part<Part>(of data: NIOAny, as type: Part.Type, _ promise: EventLoopPromise<Void>? = nil) -> Part? {
        if let part = channel._channelCore.tryUnwrapData(data, as: type) { return part }
        promise?.fail(ChannelError.operationUnsupported)
        close(promise: nil)
        return nil
    }
}
