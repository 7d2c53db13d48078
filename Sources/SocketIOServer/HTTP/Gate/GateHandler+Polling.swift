import EngineIO
import NIOCore
import NIOHTTP1

/// The requests of long-polling. A waiting poll is only a state of this handler.
extension GateHandler: PollResponder, PostResponder {
    func openPolling(_ request: GateRequest, _ handshake: Handshake, id: String) {
        let connection = ClientConnection(id: id, handshake: handshake, core: core)
        connection.start()
        poll(connection, request)
    }

    func poll(_ connection: ClientConnection, _ request: GateRequest) {
        let before = state
        state = .parked(request, connection)
        watchesForEnd(true)
        do throws(EngineRequestError) {
            try connection.poll(self)
        } catch {
            state = before
            watchesForEnd(false)
            refuse(error, request)
        }
    }

    func answerPoll(_ packets: [ByteBuffer], mayCompress: Bool) -> EventLoopFuture<Void>? {
        guard case .parked(let request, _) = state else { return nil }
        watchesForEnd(false)
        return write(packets, request, mayCompress: mayCompress)
    }

    private func write(
        _ packets: [ByteBuffer], _ request: GateRequest, mayCompress: Bool = true
    ) -> EventLoopFuture<Void>? {
        let threshold = mayCompress ? core.configuration.pollCompressionThreshold : nil
        let response = GateResponse.packets(packets)
            .compressed(for: request.head, threshold: threshold) { core.compress($0) }
        return write(response, request)
    }

    /// True if the server has ended the session, and its last packets are the answer to this poll.
    func answerFarewell(_ id: String, _ request: GateRequest) -> Bool {
        guard let packets = core.takeFarewell(for: id) else { return false }
        _ = write(packets, request)
        return true
    }

    /// Tells the session that a POST has begun, and prepares to keep its body.
    func beginPost(_ request: GateRequest) -> GateRequest {
        guard case .session(let id, .post) = request.route, let connection = core.session(id) else { return request }
        guard request.head.isPlain else {
            violated(.badRequest, "content-encoding")
            return request.rerouted(.answer(.encoded))
        }
        do throws(EngineRequestError) {
            try connection.beginPost()
        } catch {
            return request.refused(error)
        }
        guard !request.head.isOctetStream else {
            connection.close(.transportError)
            return request.refused(.badRequest)
        }
        var request = request
        request.post = GateRequest.Post(
            connection: connection,
            body: PostBody(maxBytes: connection.messageLimit, hopelessAt: 16 * core.configuration.maxPayload))
        return request
    }

    func append(_ chunk: ByteBuffer, to request: GateRequest, _ context: ChannelHandlerContext) {
        guard var post = request.post else { return }
        // Drop the copy in the state first, so that the bytes are appended in place.
        state = .idle
        var request = request
        request.post = nil
        post.body.append(chunk)
        let (isHopeless, held) = (post.body.isHopeless, post.body.heldBytes)
        request.post = post
        state = .reading(request)
        hold(held)
        guard isHopeless else { return }
        violated(.postTooLarge)
        cut(context)
    }

    func endPost(_ request: GateRequest) {
        guard let post = request.post else { return refuse(.unknownSession, request) }
        guard let body = post.body.whole else {
            violated(.postTooLarge)
            post.connection.leavePost()
            return respond(.tooLarge, request)
        }
        state = .posting(request, post.connection)
        post.connection.endPost(body, self)
        // If the client sends faster than it may be read, the answer waits, and so does the client's next POST.
        if case .posting = state { watchesForEnd(true) }
    }

    func answerPost(_ error: EngineRequestError?) {
        guard case .posting(let request, _) = state else { return }
        watchesForEnd(false)
        if let error { refuse(error, request) } else { respond(.taken, request) }
    }

    /// The connection ends, or has to. A session's request that has no answer yet is aborted.
    func leaveSession() {
        stopAsking()
        switch state {
        case .parked(_, let connection):
            state = .closing
            connection.pollAborted()
        case .posting(_, let connection):
            state = .closing
            connection.postAborted()
        case .reading(let request):
            request.post?.connection.postAborted()
        case .idle, .passing, .wall, .closing: break
        }
    }

    /// The pipelining handler holds back the end of input while an answer is owed. Without half-closure, that is the
    /// end of the connection, and it is reported at once.
    func watchesForEnd(_ isWatching: Bool) {
        try? context?.channel.syncOptions?.setOption(.allowRemoteHalfClosure, value: !isWatching)
    }
}

extension GateRequest {
    fileprivate func refused(_ error: EngineRequestError) -> GateRequest {
        rerouted(.refuse(error))
    }
}

extension HTTPRequestHead {
    /// The body is not compressed or coded in another way.
    fileprivate var isPlain: Bool {
        headers[canonicalForm: "content-encoding"].allSatisfy { $0.isEmpty || $0.lowercased() == "identity" }
    }

    fileprivate var isOctetStream: Bool {
        headers.first(name: "content-type")?.lowercased().hasPrefix("application/octet-stream") ?? false
    }
}
