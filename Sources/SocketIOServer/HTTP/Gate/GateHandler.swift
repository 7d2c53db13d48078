import EngineIO
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Stands behind the HTTP decoder and sends each request its way: Socket.IO's own are answered or upgraded here, all
/// others go on to the HTTP service, whose part of the pipeline is built when the first of them comes.
///
/// ```
///   socket ─ response encoder ─ meter ─ request decoder ─ bound ─ pipelining ─ gate ─ (handlers of the HTTP service)
///   after the upgrade:
///   socket ─ WebSocketHandler ─ (gate as a wall ─ …, only where the HTTP service was in use)
/// ```
/// The pipelining handler in front lets one request through at a time, so at most one answer is owed.
final class GateHandler: ChannelDuplexHandler, RemovableChannelHandler, InputHolder {
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
        /// The packets of a POST wait to be taken.
        case posting(GateRequest, ClientConnection)
        /// The HTTP service is at work.
        case passing(Passing)
        /// The connection is a WebSocket now: nothing passes between the HTTP service's part and the socket any more.
        case wall
        /// The last answer is given, or the connection cut: what comes is dropped.
        case closing
    }

    let core: ServerCore
    let peer: ServerCore.Peer
    var state: State = .idle
    private(set) var context: ChannelHandlerContext?
    let service: HTTPService
    let handOver: @Sendable (@escaping HTTPService.Work) -> Void
    /// Whether the connection is encrypted, as whoever accepted it says.
    let isSecure: Bool
    /// Set while the application is asked whether a session may be opened.
    var asking: Asking?
    var hasService = false
    var requestDeadline: RequestDeadline
    private(set) var timer: DeadlineTimer
    private let http: [any RemovableChannelHandler]
    private let meter: HeaderMeter
    /// Until the first request is whole.
    private(set) var isShakingHands = true

    /// - Parameters:
    ///   - http: The handlers to remove at an upgrade, in that order.
    ///   - service: Answers ordinary requests.
    ///   - handOver: Runs what the service needs beside its handlers.
    init(
        core: ServerCore, peer: ServerCore.Peer, meter: HeaderMeter, http: [any RemovableChannelHandler],
        isSecure: Bool, service: HTTPService, handOver: @escaping @Sendable (@escaping HTTPService.Work) -> Void
    ) {
        self.core = core
        self.peer = peer
        self.meter = meter
        self.http = http
        self.service = service
        self.handOver = handOver
        self.isSecure = isSecure
        requestDeadline = RequestDeadline(core.configuration.limits, now: .now)
        timer = DeadlineTimer(eventLoop: core.eventLoop)
        meter.onHeld = { [weak self] in self?.headerGrew(to: $0) }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        schedule(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer.cancel()
        stopAsking()
        endHandshake()
        hold(0)
        self.context = nil
    }

    private func endHandshake() {
        guard isShakingHands else { return }
        isShakingHands = false
        core.handshakeEnded(peer)
    }

    /// The place is another's now.
    func losePlace() {
        isShakingHands = false
        if let context { cut(context) }
    }

    /// Who sent the request that is at work; the peer where there is none.
    private var client: String? { outer.map(\.address) ?? peer.text }

    /// The request that is at work as its client sent it; nil where there is none.
    private var outer: OuterRequest? {
        switch state {
        case .reading(let request), .parked(let request, _), .posting(let request, _): request.way.outer
        case .idle, .passing, .wall, .closing: nil
        }
    }

    /// Counts and, rarely, logs what the client of this connection did wrong.
    func violated(_ kind: String, _ detail: @autoclosure () -> String = "") {
        core.violated(kind, detail(), address: client)
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What comes behind the last answer moves no deadline.
        if case .closing = state { return }
        let part = unwrapInboundIn(data)
        note(part, context)
        switch (state, part) {
        case (.idle, .head(let head)): begin(head, context)
        case (.reading(let request), .body(let chunk)): append(chunk, to: request, context)
        case (.reading(let request), .end): answer(request, context)
        case (.passing(let passing), _): passOn(part, passing, context)
        case (.idle, _), (.reading, _), (.parked, _), (.posting, _), (.wall, _), (.closing, _): break
        }
    }

    private func begin(_ given: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let head: HTTPRequestHead
        do throws(RequestRules.Fault) {
            head = try RequestRules.checked(given)
        } catch {
            return refuseAtOnce(GateResponse(error), context, given)
        }
        let configuration = core.configuration
        let way = ForwardedRequest(ForwardedHeaders(head.headers), from: peer.text, configuration.trustedProxies)
        var route = GateRoute(head, path: configuration.path, origins: configuration.origins, outer: way.outer)
        if route == .http, let answer = ownAnswer(to: head) { route = .answer(answer) }
        guard route == .http else {
            let request = beginPost(GateRequest(head, route, way, origins: configuration.origins))
            hurry(request, context)
            state = .reading(request)
            guard head.expectsContinue else { return }
            // Whoever waits for a word before the body gets the answer in its place, where it is known already.
            if request.post == nil { answer(request.closing, context) } else { writeContinue(context) }
            return
        }
        pass(head, context)
    }

    func writeContinue(_ context: ChannelHandlerContext) {
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    /// Answers before the request is whole, for the last time.
    private func refuseAtOnce(_ response: GateResponse, _ context: ChannelHandlerContext, _ head: HTTPRequestHead?) {
        violated("malformedHTTP", String(describing: response.status))
        let isHead = head?.method == .HEAD
        let answer = response.head(version: .http1_1, sharing: [], keepAlive: false)
        _ = write(answer, isHead ? [] : response.body, keepAlive: false, context)
    }

    private func answer(_ request: GateRequest, _ context: ChannelHandlerContext) {
        switch request.route {
        case .http: break
        case .answer(let answer): respond(answer, request)
        case .refuse(.forbidden): refuse(originRefusal(request), request)
        case .refuse(let error): refuse(error, request)
        case .options:
            let requested = request.head.headers["access-control-request-headers"]
            respond(.options(requested, isShared: !request.sharing.isEmpty), request)
        case .headOfPolling: respond(.unpolled, request)
        case .openPolling, .openWebSocket: open(request, context)
        case .session(let id, let kind):
            let request = dressed(request)
            if request.isHead, core.session(id) != nil { return respond(.unpolled, request) }
            guard kind != .poll || request.isHead || !answerFarewell(id, request) else { return }
            guard let connection = core.session(id) else { return refuse(.unknownSession, request) }
            switch kind {
            case .invalid: refuse(.badRequest, request)
            case .poll: poll(connection, request)
            case .post: endPost(request)
            case .upgrade: upgrade(request, context) { socket, _ in connection.upgrade(to: socket) }
            }
        }
    }

    private func originRefusal(_ request: GateRequest) -> RequestRefusal {
        .origin(request.head.headers.first(name: "origin") ?? "", request.way, core.configuration)
    }

    func refuse(_ refusal: RequestRefusal, _ request: GateRequest) {
        core.statistics.handshakesRefused += 1
        violated(EngineRequestError.forbidden.kind, "\(refusal.code): \(refusal.message)")
        respond(GateResponse(refusal), request)
    }

    func refuse(_ error: EngineRequestError, _ request: GateRequest) {
        core.statistics.handshakesRefused += 1
        violated(error.kind)
        respond(GateResponse(error), request)
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
            requestDeadline.responseEnded(now: .now)
            schedule(context)
        } else {
            finish(behind: written.futureResult, context)
        }
        var head = head
        core.dress(&head.headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        for chunk in body { context.write(wrapOutboundOut(.body(.byteBuffer(chunk))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        return written.futureResult
    }

    /// Behind the last answer our half of the connection is closed, and what still comes is dropped until the peer
    /// closes too: a connection closed on unread bytes is reset, and the answer may be lost with it.
    func finish(behind written: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
        requestDeadline.closing(within: core.configuration.limits.requestTimeout, now: .now)
        schedule(context)
        let channel = context.channel
        written.assumeIsolated().whenComplete { [weak self] _ in
            guard let self, let context = self.context else { return channel.close(promise: nil) }
            requestDeadline.closing(within: core.configuration.limits.closeTimeout, now: .now)
            schedule(context)
            context.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
        }
    }

    // MARK: The upgrade

    typealias Opening = (WebSocketHandler, ServerCore) -> Void

    func upgrade(_ request: GateRequest, _ context: ChannelHandlerContext, _ open: @escaping Opening) {
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
                self.openWebSocket(request, headers, context, open)
            case .failure: self.refuse(.badRequest, request)
            }
        }
    }

    private func openWebSocket(
        _ request: GateRequest, _ given: HTTPHeaders, _ context: ChannelHandlerContext, _ open: Opening
    ) {
        var headers = given
        core.dress(&headers)
        let response = HTTPResponseHead(version: request.head.version, status: .switchingProtocols, headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(response)), promise: nil)
        state = .wall
        timer.cancel()
        // A proxy's WebSockets are as many clients': each answers for its own unfinished input.
        let client = request.way.outer.address.flatMap { IPAddress($0) }
        let socket = WebSocketHandler(core.configuration.limits) { [core] in core.hold($0, $1, from: client) }
        do {
            try Self.boundKernelBuffers(of: context.channel)
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(socket, position: .before(self))
            for handler in http { pipeline.removeHandler(handler, promise: nil) }
            open(socket, core)
            // The request may have come with the one before it, outside of any turn of reading.
            if hasService { context.read() } else { pipeline.removeHandler(self, promise: nil) }
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
        // A client that is to be read no further has at most this one read of it here.
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
    }

    // MARK: Faults and time

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .idle, .reading:
            // Where the connection was closed amid a header the decoder complains too, and nobody reads an answer.
            guard let error = error as? HTTPParserError, context.channel.isActive else { return cut(context) }
            leaveSession()
            refuseAtOnce(GateResponse(error), context, nil)
        case .parked, .posting: cut(context)
        case .passing(let passing):
            guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
            lostThread(passing, error, context)
        case .wall: break
        case .closing:
            // The decoder says of each further byte that it has lost the thread.
            guard error is HTTPParserError || error is ByteToMessageDecoderError else { return cut(context) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (.wall, _): break
        case (.idle, ChannelEvent.inputClosed) where !hasService, (.reading, ChannelEvent.inputClosed),
            (.parked, ChannelEvent.inputClosed), (.posting, ChannelEvent.inputClosed),
            (.closing, ChannelEvent.inputClosed):
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

    // MARK: Input that is not whole

    /// The server holds too much of it: this connection's goes.
    func dropInput() {
        guard let context else { return }
        cut(context)
    }

    /// Before a header is whole nobody knows who sends it through a proxy: the proxy answers for that.
    func hold(_ bytes: Int) { core.hold(bytes, self, from: client.flatMap { IPAddress($0) }) }

    private func headerGrew(to bytes: Int) {
        guard let context else { return }
        hold(bytes)
        guard case .idle = state else { return }
        requestDeadline.headerBegan(now: .now)
        schedule(context)
    }

    private func note(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        meter.partReceived()
        switch part {
        case .head:
            hold(0)
            requestDeadline.headReceived(now: .now)
            schedule(context)
        case .body: break
        case .end:
            requestDeadline.requestEnded(now: .now)
            schedule(context)
            endHandshake()
        }
    }

    /// Until a client has joined a namespace the rest of a request has no more time than a header, nor longer than the
    /// client has to join.
    private func hurry(_ request: GateRequest, _ context: ChannelHandlerContext) {
        let joining = request.post?.connection.joinDeadline
        guard request.post == nil || joining != nil else { return }
        let limit = ContinuousClock.now + core.configuration.limits.headerTimeout
        requestDeadline.endBody(by: min(limit, joining ?? limit))
        schedule(context)
    }

    func schedule(_ context: ChannelHandlerContext) {
        guard let deadline = requestDeadline.deadline else { return }
        timer.schedule(at: deadline) { [weak self] in self?.deadlineReached(context) }
    }

    private func deadlineReached(_ context: ChannelHandlerContext) {
        guard let deadline = requestDeadline.deadline else { return }
        guard deadline <= .now else { return schedule(context) }
        switch requestDeadline.phase {
        case .header: violated("slowHeader")
        case .body: violated("slowBody")
        case .rest:
            guard requestDeadline.restEnds(untaken: UntakenBytes.of(context.channel), now: .now) else {
                return schedule(context)
            }
        }
        context.close(promise: nil)
    }
}
