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

    enum State {
        case idle
        /// One of our own requests is being read.
        case reading(GateRequest)
        /// A poll waits for packets.
        case parked(GateRequest, ClientConnection)
        /// Hummingbird is at work; `closeAfter` where the decoder has stopped behind an upgrade we do not do.
        case passing(closeAfter: Bool)
        /// The connection is a WebSocket now: nothing passes between Hummingbird's part and the socket any more.
        case wall
        case closing
    }

    let core: ServerCore
    var state: State = .idle
    private(set) var context: ChannelHandlerContext?
    private let http: [any RemovableChannelHandler]
    private let handOver: @Sendable (HTTPConnection) -> Void
    private var hasHummingbird = false
    private var requestDeadline: RequestDeadline
    private var timer: DeadlineTimer
    /// Until the first request is whole.
    private var isShakingHands = true

    /// - Parameters:
    ///   - http: The handlers to remove at an upgrade, in that order.
    ///   - handOver: Takes the connection when its first ordinary request is about to be delivered.
    init(
        core: ServerCore, http: [any RemovableChannelHandler], handOver: @escaping @Sendable (HTTPConnection) -> Void
    ) {
        self.core = core
        self.http = http
        self.handOver = handOver
        requestDeadline = RequestDeadline(core.configuration.limits, now: .now)
        timer = DeadlineTimer(eventLoop: core.eventLoop)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer.cancel()
        endHandshake()
        self.context = nil
    }

    private func endHandshake() {
        guard isShakingHands else { return }
        isShakingHands = false
        core.handshakeEnded()
    }

    /// Counts and, rarely, logs what the peer of this connection did wrong.
    func violated(_ kind: String, _ detail: @autoclosure () -> String = "") {
        core.violated(kind, detail(), address: context?.channel.remoteAddress?.ipAddress)
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        note(part, context)
        switch (state, part) {
        case (.idle, .head(let head)): begin(head, data, context)
        case (.reading(let request), .body(let chunk)): append(chunk, to: request, context)
        case (.reading(let request), .end): answer(request, context)
        case (.passing, _): context.fireChannelRead(data)
        case (.idle, _), (.reading, _), (.parked, _), (.wall, _), (.closing, _): break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ data: NIOAny, _ context: ChannelHandlerContext) {
        let route = GateRoute(head, path: core.configuration.path, origins: core.configuration.origins)
        guard route == .http else {
            state = .reading(beginPost(GateRequest(head, route, origins: core.configuration.origins)))
            return
        }
        guard openHummingbird(context) else { return cut(context) }
        state = .passing(closeAfter: head.isUpgrade)
        context.fireChannelRead(data)
    }

    private func answer(_ request: GateRequest, _ context: ChannelHandlerContext) {
        switch request.route {
        case .http: break
        case .refuse(let error): refuse(error, request)
        case .preflight: respond(.preflight(request.head.headers["access-control-request-headers"]), request)
        case .openPolling: openPolling(request, context)
        case .openWebSocket:
            let handshake = handshake(request.head, context)
            guard core.configuration.allowRequest(handshake) else { return refuse(.forbidden, request) }
            upgrade(request, context) { socket, core in
                if let answer = core.configuration.answerWebSocket {
                    return socket.receiver = WebSocketAnswerer(socket: socket, answer: answer)
                }
                let connection = ClientConnection(handshake: handshake, socket: socket, core: core)
                socket.receiver = connection
                connection.start()
            }
        case .session(let id, let kind):
            guard kind != .poll || !answerFarewell(id, request) else { return }
            guard let connection = core.session(id) else { return refuse(.unknownSession, request) }
            switch kind {
            case .invalid: refuse(.badRequest, request)
            case .poll: poll(connection, request)
            case .post: endPost(request)
            case .upgrade: upgrade(request, context) { socket, _ in connection.upgrade(to: socket) }
            }
        }
    }

    func handshake(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Handshake {
        Handshake(
            headers: head.headers, query: head.query, remoteAddress: context.channel.remoteAddress?.ipAddress, auth: nil
        )
    }

    func refuse(_ error: EngineRequestError, _ request: GateRequest) {
        core.statistics.handshakesRefused += 1
        violated(error.kind)
        respond(GateResponse(error), request)
    }

    func respond(_ response: GateResponse, _ request: GateRequest) {
        guard let context else { return }
        let head = response.head(
            version: request.head.version, sharing: request.sharing, keepAlive: request.isKeptAlive)
        respond(head, response.body, keepAlive: request.isKeptAlive, context)
    }

    private func respond(
        _ head: HTTPResponseHead, _ body: [ByteBuffer], keepAlive: Bool, _ context: ChannelHandlerContext
    ) {
        state = keepAlive ? .idle : .closing
        if keepAlive {
            requestDeadline.responseEnded(now: .now)
            schedule(context)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        if !keepAlive {
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        for chunk in body { context.write(wrapOutboundOut(.body(.byteBuffer(chunk))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    // MARK: Hummingbird

    private func openHummingbird(_ context: ChannelHandlerContext) -> Bool {
        guard !hasHummingbird else { return true }
        hasHummingbird = true
        do {
            try context.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            let connection = try HTTPConnection(
                wrappingChannelSynchronously: context.channel, configuration: .init(isOutboundHalfClosureEnabled: true))
            handOver(connection)
            return true
        } catch {
            core.logger.cannotBuildPipeline(error)
            return false
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .passing(let closeAfter): pass(data, closeAfter: closeAfter, promise, context)
        case .idle, .reading, .parked, .closing: context.write(data, promise: promise)
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

    /// Behind the wall Hummingbird's part may have stopped asking for bytes, and is not asked again: the WebSocket in
    /// front gets its next ones from here. The channel itself asks at the far end of the pipeline only.
    func channelReadComplete(context: ChannelHandlerContext) {
        guard case .wall = state else { return context.fireChannelReadComplete() }
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

    typealias Opening = (WebSocketHandler, ServerCore) -> Void

    private func upgrade(_ request: GateRequest, _ context: ChannelHandlerContext, _ open: @escaping Opening) {
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
                self.openWebSocket(request.head, headers, context, open)
            case .failure: self.refuse(.badRequest, request)
            }
        }
    }

    private func openWebSocket(
        _ head: HTTPRequestHead, _ headers: HTTPHeaders, _ context: ChannelHandlerContext, _ open: Opening
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
            open(socket, core)
            // The request may have come with the one before it, outside of any turn of reading.
            if hasHummingbird { context.read() } else { pipeline.removeHandler(self, promise: nil) }
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
            // Where the connection was closed amid a header the decoder complains too, and nobody reads an answer.
            guard error is HTTPParserError, context.channel.isActive else { return cut(context) }
            violated("malformedHTTP", String(describing: error))
            leaveSession()
            let response = GateResponse.malformed
            respond(
                response.head(version: .http1_1, sharing: [], keepAlive: false), response.body, keepAlive: false,
                context)
        case .parked: cut(context)
        case .passing: context.fireErrorCaught(error)
        case .wall: break
        case .closing: cut(context)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (.wall, _): break
        case (.idle, ChannelEvent.inputClosed) where !hasHummingbird, (.reading, ChannelEvent.inputClosed),
            (.parked, ChannelEvent.inputClosed):
            cut(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        leaveSession()
        context.fireChannelInactive()
    }

    func cut(_ context: ChannelHandlerContext) {
        leaveSession()
        state = .closing
        context.close(promise: nil)
    }

    private func note(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch part {
        case .head:
            requestDeadline.headReceived(now: .now)
            schedule(context)
        case .body: break
        case .end:
            requestDeadline.requestEnded()
            endHandshake()
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let deadline = requestDeadline.deadline else { return }
        timer.schedule(at: deadline) { [weak self] in self?.deadlineReached(context) }
    }

    private func deadlineReached(_ context: ChannelHandlerContext) {
        guard let deadline = requestDeadline.deadline else { return }
        guard deadline <= .now else { return schedule(context) }
        switch requestDeadline.phase {
        case .header: violated("slowHeader")
        case .body: violated("slowBody")
        case .rest: break
        }
        context.close(promise: nil)
    }
}
