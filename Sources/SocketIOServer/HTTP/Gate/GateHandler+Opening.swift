import EngineIO
import NIOCore
import NIOHTTP1

/// The first request of a session. The application decides and adds its headers, and then the session is opened.
extension GateHandler {
    func handshake(_ request: GateRequest) -> Handshake {
        let (head, outer) = (request.head, request.way.outer)
        var handshake = Handshake(
            headers: head.headers, query: head.query, remoteAddress: outer.address, url: head.uri,
            secure: outer.isSecure ?? isSecure)
        handshake.host = outer.host
        handshake.certificate = certificate
        handshake.coding = core.configuration.coding
        return handshake
    }

    /// What the application has not decided yet.
    final class Asking {
        fileprivate var task: Task<Void, Never>?
        fileprivate var timeout: Scheduled<Void>?
    }

    private enum Decision {
        case decided(Bool)
        case failed(any Error)
        case late
    }

    func open(_ request: GateRequest, _ context: ChannelHandlerContext) {
        let handshake = handshake(request)
        if let refusal = core.refusal(of: request) { return refuse(refusal, request) }
        guard core.configuration.allowRequest(handshake) else { return refuse(.forbidden, request) }
        guard let ask = core.configuration.allowRequestAsync else { return opened(request, handshake, context) }
        let asking = Asking()
        self.asking = asking
        watchesForEnd(true)
        let limit = TimeAmount(core.configuration.limits.requestTimeout)
        asking.timeout = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { [weak self] in
            self?.decided(.late, asking, request, handshake)
        }
        let eventLoop = context.eventLoop
        let bound = NIOLoopBound((gate: self, asking: asking, request: request), eventLoop: eventLoop)
        asking.task = Task {
            let decision: Decision
            do { decision = .decided(try await ask(handshake)) } catch { decision = .failed(error) }
            eventLoop.execute {
                bound.value.gate.decided(decision, bound.value.asking, bound.value.request, handshake)
            }
        }
    }

    /// The connection ends, so nobody waits for the decision any more.
    func stopAsking() {
        asking?.timeout?.cancel()
        asking?.task?.cancel()
        asking = nil
    }

    private func decided(
        _ decision: Decision, _ asked: Asking, _ request: GateRequest, _ handshake: Handshake
    ) {
        guard asking === asked, let context else { return }
        stopAsking()
        watchesForEnd(false)
        switch decision {
        case .decided(true): opened(request, handshake, context)
        case .decided(false): refuse(.forbidden, request)
        case .failed(let error):
            violated(.allowRequestFailed, "\(error)")
            refuse(.forbidden, request)
        case .late: respond(.undecided, request)
        }
    }

    private func opened(_ request: GateRequest, _ handshake: Handshake, _ context: ChannelHandlerContext) {
        guard !core.isDraining else { return respond(.shuttingDown, request) }
        guard core.hasRoom(from: handshake.remoteAddress) else { return respond(.tooManySessions, request) }
        let id = EngineSessionID.random()
        let configuration = core.configuration
        let headers = HTTPHeaders(configuration.cookie.map { [("set-cookie", $0.header(id: id))] } ?? [])
        let request = request.adding(headers).adding(configuration.initialHeaders?(handshake))
            .adding(configuration.headers?(handshake))
        guard request.route == .openWebSocket else { return openPolling(request, handshake, id: id) }
        upgrade(request, context) { socket, core in
            if let answer = core.configuration.answerWebSocket {
                return socket.receiver = WebSocketAnswerer(
                    socket: socket, messageLimit: core.configuration.maxPayload, answer: answer)
            }
            let connection = ClientConnection(id: id, handshake: handshake, socket: socket, core: core)
            socket.receiver = connection
            connection.start()
        }
    }

    /// A request of an open session, with the headers that the application adds to every answer.
    func dressed(_ request: GateRequest) -> GateRequest {
        guard let headers = core.configuration.headers else { return request }
        return request.adding(headers(handshake(request)))
    }
}

extension GateRequest {
    fileprivate func adding(_ headers: HTTPHeaders?) -> GateRequest {
        guard let headers, !headers.isEmpty else { return self }
        var request = self
        request.sharing += headers.map { GateResponse.Header($0.name, $0.value) }
        return request
    }
}
