import EngineIO
import NIOCore
import NIOHTTP1

/// Sits after the HTTP decoder and decides where each request goes. Requests of Socket.IO are answered or upgraded
/// here. All others go on to the HTTP service, whose handlers are added when the first such request comes.
///
/// ```
///   socket ─ response encoder ─ meter ─ request decoder ─ bound ─ pipelining ─ gate ─ (handlers of the HTTP service)
///   after the upgrade:
///   socket ─ WebSocketHandler ─ (gate as a wall ─ …, only where the HTTP service was in use)
/// ```
/// The pipelining handler in front lets one request through at a time, so at most one answer is missing.
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
        /// The packets of a POST wait to be taken.
        case posting(GateRequest, ClientConnection)
        /// The HTTP service is answering.
        case passing(Passing)
        /// The connection is a WebSocket now. Nothing passes between the handlers of the HTTP service and the socket
        /// any more.
        case wall
        /// The last answer is given, or the connection is cut. Everything that comes is dropped.
        case closing
    }

    let core: ServerCore
    let peer: ServerCore.Peer
    var state: State = .idle
    private(set) var context: ChannelHandlerContext?
    let service: HTTPService
    let handOver: @Sendable (@escaping HTTPService.Work) -> Void
    /// Whether the connection is encrypted, by the word of the code that accepted it.
    let isSecure: Bool
    /// Whether TLS is in front, and what it has said so far.
    let speaksTLS: Bool
    var security: ConnectionSecurity?
    /// Whether all handlers of the connection are ours, so that frames need not pass any.
    let isAlone: Bool
    /// Set while the application is asked whether a session may be opened.
    var asking: Asking?
    var hasService = false
    var requestDeadline: RequestDeadline
    var timer: DeadlineTimer
    let http: [any RemovableChannelHandler]
    let meter: HeaderMeter
    /// Until the first request is whole.
    var isShakingHands = true
    /// Kept alive between two requests.
    private(set) var isResting = false

    /// - Parameters:
    ///   - http: The handlers to remove at an upgrade, in that order.
    ///   - service: Answers ordinary requests.
    ///   - handOver: Runs what the service needs beside its handlers.
    init(
        core: ServerCore, peer: ServerCore.Peer, meter: HeaderMeter, http: [any RemovableChannelHandler],
        isSecure: Bool, isAlone: Bool, service: HTTPService,
        handOver: @escaping @Sendable (@escaping HTTPService.Work) -> Void
    ) {
        self.core = core
        self.peer = peer
        self.meter = meter
        self.http = http
        self.service = service
        self.handOver = handOver
        self.isSecure = isSecure
        speaksTLS = core.configuration.secure != nil
        self.isAlone = isAlone
        requestDeadline = RequestDeadline(core.configuration.limits, now: core.now)
        timer = DeadlineTimer(eventLoop: core.eventLoop, clock: core.context.clock)
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
        rest(false)
        hold(0)
        self.context = nil
    }

    func endHandshake() {
        guard isShakingHands else { return }
        isShakingHands = false
        core.handshakeEnded(peer)
    }

    /// Says whether the connection has nothing to do.
    func noteRest() {
        guard case .idle = state, requestDeadline.phase == .rest else { return rest(false) }
        rest(true)
    }

    private func rest(_ isResting: Bool) {
        guard self.isResting != isResting else { return }
        self.isResting = isResting
        core.rests(peer, isResting)
    }

    /// Another connection has the place now.
    func losePlace() {
        (isShakingHands, isResting) = (false, false)
        if let context { cut(context) }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // Bytes after the last answer do not move a deadline.
        if case .closing = state { return }
        guard let part = context.part(of: data, as: InboundIn.self) else { return }
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
        if let answer = answerToPlain(head, route) {
            route = .answer(answer)
        } else if route == .http, let answer = ownAnswer(to: head) {
            route = .answer(answer)
        }
        guard route == .http else {
            let request = beginPost(GateRequest(head, route, way, origins: configuration.origins))
            hurry(request, context)
            state = .reading(request)
            guard head.expectsContinue, head.hasBody else { return }
            // A client that waits for "100 Continue" gets the answer instead, if it is known already. Everything else
            // waits for the end of the request: after an upgrade nobody could read what is still to come of it.
            if request.isSettled { answer(request.closing, context) } else { writeContinue(context) }
            return
        }
        pass(head, context)
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
}
