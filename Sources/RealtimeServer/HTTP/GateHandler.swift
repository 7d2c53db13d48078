import EngineIO
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// Stands behind the HTTP decoder and sends each request its way: Socket.IO's own are answered or upgraded here, all
/// others go on to Hummingbird, whose part of the pipeline is built when the first of them comes.
///
/// ```
///   socket ─ response encoder ─ request decoder ─ pipelining ─ gate ─ (codec ─ async channel of Hummingbird)
///   after the upgrade:
///   socket ─ frame decoder ─ WebSocketHandler ─ (gate as a wall ─ …, only where Hummingbird was in use)
/// ```
/// The pipelining handler in front lets one request through at a time, so at most one answer is owed.
final class GateHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case idle
        /// One of our own requests is being read; its body is ignored.
        case reading(HTTPRequestHead, GateRoute)
        /// Hummingbird is at work; `closeAfter` where the decoder has stopped behind an upgrade we do not do.
        case passing(closeAfter: Bool)
        /// The connection is a WebSocket now: nothing passes between Hummingbird's part and the socket any more.
        case wall
        case closing
    }

    private let core: ServerCore
    private let http: [any RemovableChannelHandler]
    private var state: State = .idle
    private var hasHummingbird = false
    private var requestDeadline: RequestDeadline
    private var timer: DeadlineTimer

    /// - Parameter http: The handlers to remove at an upgrade, in that order.
    init(core: ServerCore, http: [any RemovableChannelHandler]) {
        self.core = core
        self.http = http
        requestDeadline = RequestDeadline(core.configuration.limits, now: .now)
        timer = DeadlineTimer(eventLoop: core.eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) { schedule(context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer.cancel() }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        note(part, context)
        switch (state, part) {
        case (.idle, .head(let head)): begin(head, data, context)
        case (.reading(let head, let route), .end): answer(head, route, context)
        case (.passing, _): context.fireChannelRead(data)
        case (.idle, _), (.reading, _), (.wall, _), (.closing, _): break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ data: NIOAny, _ context: ChannelHandlerContext) {
        let route = GateRoute(head, path: core.configuration.path, origins: core.configuration.origins)
        switch route {
        case .openWebSocket, .refuse:
            state = .reading(head, route)
        case .http:
            guard openHummingbird(context) else { return cut(context) }
            state = .passing(closeAfter: head.isUpgrade)
            context.fireChannelRead(data)
        }
    }

    private func answer(_ head: HTTPRequestHead, _ route: GateRoute, _ context: ChannelHandlerContext) {
        switch route {
        case .http: break
        case .refuse(let error): refuse(error, head, context)
        case .openWebSocket:
            let handshake = Handshake(
                headers: head.headers, query: head.query, remoteAddress: context.channel.remoteAddress?.ipAddress,
                auth: nil)
            guard core.configuration.allowRequest(handshake) else { return refuse(.forbidden, head, context) }
            upgrade(head, handshake, context)
        }
    }

    private func refuse(_ error: EngineRequestError, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        core.statistics.handshakesRefused += 1
        // Behind a request to upgrade the decoder reads no further request.
        respond(ErrorResponse(error), head.version, keepAlive: head.isKeepAlive && !head.isUpgrade, context)
    }

    private func respond(
        _ response: ErrorResponse, _ version: HTTPVersion, keepAlive: Bool, _ context: ChannelHandlerContext
    ) {
        state = keepAlive ? .idle : .closing
        let body = context.channel.allocator.buffer(string: response.json)
        context.write(wrapOutboundOut(.head(response.head(version: version, keepAlive: keepAlive))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        if keepAlive {
            requestDeadline.responseEnded(now: .now)
            schedule(context)
        } else {
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
    }

    // MARK: Hummingbird

    private func openHummingbird(_ context: ChannelHandlerContext) -> Bool {
        guard !hasHummingbird else { return true }
        hasHummingbird = true
        do {
            try context.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            let connection = try HTTPConnection(
                wrappingChannelSynchronously: context.channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            core.handOver(connection)
            return true
        } catch {
            core.logger.cannotBuildPipeline(error)
            return false
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .passing(let closeAfter): pass(data, closeAfter: closeAfter, promise, context)
        case .idle, .reading, .closing: context.write(data, promise: promise)
        case .wall: promise?.fail(ChannelError.outputClosed)
        }
    }

    private func pass(
        _ data: NIOAny, closeAfter: Bool, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where closeAfter:
            head.headers.replaceOrAdd(name: "connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .head, .body: context.write(data, promise: promise)
        case .end:
            state = closeAfter ? .closing : .idle
            requestDeadline.responseEnded(now: .now)
            schedule(context)
            let written = promise ?? context.eventLoop.makePromise()
            let channel = context.channel
            if closeAfter { written.futureResult.whenComplete { _ in channel.close(promise: nil) } }
            context.write(data, promise: written)
        }
    }

    func flush(context: ChannelHandlerContext) {
        if case .wall = state { return }
        context.flush()
    }

    func read(context: ChannelHandlerContext) {
        if case .wall = state { return }
        context.read()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if case .wall = state, mode != .all {
            promise?.succeed()
        } else {
            context.close(mode: mode, promise: promise)
        }
    }

    // MARK: The upgrade

    private func upgrade(_ head: HTTPRequestHead, _ handshake: Handshake, _ context: ChannelHandlerContext) {
        let responder = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        responder.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .assumeIsolated().whenComplete { result in
                switch result {
                case .success(let headers): self.openWebSocket(head, headers, handshake, context)
                case .failure: self.refuse(.badRequest, head, context)
                }
            }
    }

    private func openWebSocket(
        _ head: HTTPRequestHead, _ headers: HTTPHeaders, _ handshake: Handshake, _ context: ChannelHandlerContext
    ) {
        let response = HTTPResponseHead(version: head.version, status: .switchingProtocols, headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(response)), promise: nil)
        state = .wall
        timer.cancel()
        let configuration = core.configuration
        let socket = WebSocketHandler(
            maxPayload: configuration.maxPayload, closeTimeout: configuration.limits.closeTimeout)
        let decoder = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: configuration.maxPayload))
        do {
            try Self.boundKernelBuffers(of: context.channel)
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandlers([decoder, socket], position: .before(self))
            for handler in http { pipeline.removeHandler(handler, promise: nil) }
            socket.start(handshake: handshake, core: core)
            if !hasHummingbird { pipeline.removeHandler(self, promise: nil) }
        } catch {
            core.logger.cannotBuildPipeline(error)
            context.close(promise: nil)
        }
    }

    /// A client that stops reading holds this much in the kernel, and not the megabytes that it would grant itself.
    private static func boundKernelBuffers(of channel: any Channel) throws {
        try channel.syncOptions?.setOption(.socketOption(.so_sndbuf), value: 64 * 1024)
        try channel.syncOptions?.setOption(.writeBufferWaterMark, value: .init(low: 4 * 1024, high: 8 * 1024))
        try channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: false)
    }

    // MARK: Faults and time

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .idle, .reading:
            guard error is HTTPParserError else { return cut(context) }
            respond(.malformed, .http1_1, keepAlive: false, context)
        case .passing: context.fireErrorCaught(error)
        case .wall: break
        case .closing: cut(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (.wall, _): break
        case (.idle, ChannelEvent.inputClosed) where !hasHummingbird, (.reading, ChannelEvent.inputClosed):
            cut(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func cut(_ context: ChannelHandlerContext) {
        state = .closing
        context.close(promise: nil)
    }

    private func note(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head:
            requestDeadline.headReceived(now: .now)
            schedule(context)
        case .body: break
        case .end: requestDeadline.requestEnded()
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let deadline = requestDeadline.deadline else { return }
        timer.schedule(at: deadline) { [weak self] in self?.deadlineReached(context) }
    }

    private func deadlineReached(_ context: ChannelHandlerContext) {
        guard let deadline = requestDeadline.deadline else { return }
        if deadline <= .now { context.close(promise: nil) } else { schedule(context) }
    }
}
