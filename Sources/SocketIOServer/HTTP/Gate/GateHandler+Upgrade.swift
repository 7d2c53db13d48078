import EngineIO
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The upgrade to a WebSocket.
extension GateHandler {
    typealias Opening = (WebSocketHandler, ServerCore) -> Void

    func upgrade(_ request: GateRequest, _ context: ChannelHandlerContext, _ open: @escaping Opening) {
        let deflate: MessageDeflate?
        do throws(WebSocketExtension.Malformed) {
            deflate = try core.deflate(for: request)
        } catch {
            return refuse(.badRequest, request)
        }
        let responder = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        responder.buildUpgradeResponse(
            channel: context.channel, upgradeRequest: request.head, initialResponseHeaders: [:]
        )
        .assumeIsolated().whenComplete { result in
            switch result {
            case .success(var headers):
                for header in request.sharing { headers.add(name: header.name, value: header.value) }
                if let answer = deflate?.agreement.answer {
                    headers.add(name: "sec-websocket-extensions", value: answer)
                }
                self.openWebSocket(request, headers, deflate, context, open)
            case .failure: self.refuse(.badRequest, request)
            }
        }
    }

    private func openWebSocket(
        _ request: GateRequest, _ given: HTTPHeaders, _ deflate: MessageDeflate?, _ context: ChannelHandlerContext,
        _ open: Opening
    ) {
        var headers = given
        core.dress(&headers, isEncrypted: isEncrypted)
        let response = HTTPResponseHead(version: request.head.version, status: .switchingProtocols, headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(response)), promise: nil)
        state = .wall
        timer.cancel()
        // Each WebSocket of a proxy is another client, so each counts its own unfinished input.
        let client = request.way.outer.address.flatMap { IPAddress($0) }
        let socket = WebSocketHandler(
            core.configuration.limits, core.context.clock, deflate: deflate,
            socket: isAlone ? DirectSocket(of: context.channel) : nil
        ) { [core] in core.hold($0, $1, from: client) }
        do {
            try Self.boundKernelBuffers(of: context.channel)
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(socket, position: .before(self))
            for handler in http { pipeline.removeHandler(handler, promise: nil) }
            // The handlers give away what they hold. If that is more of HTTP, or the end, the socket has closed already.
            guard context.channel.isActive else { return }
            open(socket, core)
            // The request may have come together with the one before it, and not in the current read.
            if hasService { context.read() } else { pipeline.removeHandler(self, promise: nil) }
        } catch {
            core.logger.cannotBuildPipeline(error)
            context.close(promise: nil)
        }
    }

    /// Limits what a client that stops reading holds in the kernel. By itself the kernel would grow this to megabytes.
    private static func boundKernelBuffers(of channel: any Channel) throws {
        try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: 64 * 1024)
        try channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(low: 4 * 1024, high: 8 * 1024))
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
        // When the server stops reading a client, at most this one read has still come.
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
    }
}
