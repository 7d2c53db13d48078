import EngineIO
import NIOCore
import NIOHTTP1

/// The answers that the gate gives itself.
extension GateHandler {
    func writeContinue(_ context: ChannelHandlerContext) {
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    /// Gives the connection's last answer, before the request is complete.
    func refuseAtOnce(_ response: GateResponse, _ context: ChannelHandlerContext, _ head: HTTPRequestHead?) {
        violated(.malformedHTTP, String(describing: response.status))
        let isHead = head?.method == .HEAD
        let answer = response.head(version: .http1_1, sharing: [], keepAlive: false)
        _ = write(answer, isHead ? [] : response.body, keepAlive: false, context)
    }

    func originRefusal(_ request: GateRequest) -> RequestRefusal {
        .origin(request.head.headers.first(name: "origin") ?? "", request.way, core.configuration)
    }

    func refuse(_ refusal: RequestRefusal, _ request: GateRequest) {
        core.statistics.handshakesRefused += 1
        violated(.forbidden, "\(refusal.code): \(refusal.message)")
        respond(GateResponse(refusal), request)
    }

    func refuse(_ error: EngineRequestError, _ request: GateRequest) {
        core.statistics.handshakesRefused += 1
        violated(Violation(error))
        var response = GateResponse(error)
        if request.head.isOfOtherWebSocketVersion { response.headers.append(GateResponse.webSocketVersion) }
        respond(response, request)
    }

    func respond(_ response: GateResponse, _ request: GateRequest) { _ = write(response, request) }

    /// - Returns: when the kernel has all of it.
    func write(_ response: GateResponse, _ request: GateRequest) -> EventLoopFuture<Void>? {
        guard let context else { return nil }
        let head = response.head(
            version: request.head.version, sharing: request.sharing, keepAlive: request.isKeptAlive)
        return write(head, request.isHead ? [] : response.body, keepAlive: request.isKeptAlive, context)
    }

    private func write(
        _ head: HTTPResponseHead, _ body: [ByteBuffer], keepAlive: Bool, _ context: ChannelHandlerContext
    ) -> EventLoopFuture<Void> {
        state = keepAlive ? .idle : .closing
        hold(0)
        let written = context.eventLoop.makePromise(of: Void.self)
        if keepAlive {
            requestDeadline.responseEnded(now: core.now)
            schedule(context)
        } else {
            finish(behind: written.futureResult, context)
        }
        var head = head
        core.dress(&head.headers, isEncrypted: isEncrypted)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        for chunk in body { context.write(wrapOutboundOut(.body(.byteBuffer(chunk))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        return written.futureResult
    }

    /// After the last answer we close our half of the connection, and drop what still comes until the peer closes too.
    /// Closing with unread bytes would reset the connection, and the answer could be lost.
    func finish(behind written: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
        requestDeadline.closing(within: core.configuration.limits.requestTimeout, now: core.now)
        schedule(context)
        let channel = context.channel
        written.assumeIsolated().whenComplete { [weak self] _ in
            guard let self, let context = self.context else { return channel.close(promise: nil) }
            requestDeadline.closing(within: core.configuration.limits.closeTimeout, now: core.now)
            schedule(context)
            context.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
        }
    }
}
