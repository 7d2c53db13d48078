import NIOCore
import NIOHTTP1

/// Requests that the HTTP service answers, and the separation between the service and a WebSocket.
extension GateHandler {
    /// One of its requests.
    struct Passing {
        /// The connection ends with this answer, because the client wants that, or because the decoder stopped at an
        /// upgrade that we do not support.
        var closeAfter: Bool
        /// The answer has a header only.
        var isBare: Bool
        let isHTTP10: Bool
        var isRead = false
        var isAnswered = false

        init(_ head: HTTPRequestHead) {
            closeAfter = !head.isKeepAlive || head.isUpgrade || head.method == .CONNECT
            isBare = head.method == .HEAD
            isHTTP10 = head.isHTTP10
        }
    }

    /// Answers that the server gives in place of the HTTP service: the client's files, and 404 if there is no service.
    func ownAnswer(to head: HTTPRequestHead) -> GateResponse? {
        core.configuration.clientFiles?.answer(head, path: core.configuration.path)
            ?? (service.open == nil ? .notFound : nil)
    }

    func pass(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard openService(context) else { return cut(context) }
        state = .passing(Passing(head))
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if head.expectsContinue, head.hasBody { writeContinue(context) }
    }

    func passOn(_ part: HTTPServerRequestPart, _ passing: Passing, _ context: ChannelHandlerContext) {
        if case .end = part {
            var passing = passing
            passing.isRead = true
            state = passing.isAnswered ? .idle : .passing(passing)
            noteRest()
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    private func openService(_ context: ChannelHandlerContext) -> Bool {
        guard !hasService, let open = service.open else { return hasService }
        hasService = true
        do {
            if let work = try open(context.channel, core.logger) { handOver(work) }
            return true
        } catch {
            core.logger.cannotBuildPipeline(error)
            return false
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch state {
        case .passing(let passing):
            guard let part = context.part(of: data, as: OutboundIn.self, promise) else { return }
            passBack(part, passing, promise, context)
        case .idle, .reading, .parked, .posting: context.write(data, promise: promise)
        case .wall, .closing: promise?.fail(ChannelError.outputClosed)
        }
    }

    /// The bytes after the head of a request are not HTTP, so its answer is the connection's last. If the service gave
    /// a second one, a proxy that reuses the connection would take it for the answer to its next request.
    func lostThread(_ passing: Passing, _ error: HTTPParserError, _ context: ChannelHandlerContext) {
        violated(.malformedHTTP, String(describing: error))
        if passing.isAnswered {
            state = .closing
            finish(behind: context.eventLoop.makeSucceededVoidFuture(), context)
        } else {
            var passing = passing
            passing.closeAfter = true
            state = .passing(passing)
        }
        context.fireErrorCaught(error)
    }

    private func passBack(
        _ part: HTTPServerResponsePart, _ passing: Passing, _ promise: EventLoopPromise<Void>?,
        _ context: ChannelHandlerContext
    ) {
        switch part {
        case .head(var head):
            var passing = passing
            passing.frame(&head)
            state = .passing(passing)
            core.dress(&head.headers, isEncrypted: isEncrypted)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body where passing.isBare: promise?.succeed()
        case .body: context.write(wrapOutboundOut(part), promise: promise)
        case .end: endAnswer(passing, promise, context)
        }
    }

    private func endAnswer(
        _ answered: Passing, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext
    ) {
        var passing = answered
        passing.isAnswered = true
        if passing.closeAfter {
            state = .closing
            let written = promise ?? context.eventLoop.makePromise()
            finish(behind: written.futureResult, context)
            return context.write(wrapOutboundOut(.end(nil)), promise: written)
        }
        state = passing.isRead ? .idle : .passing(passing)
        requestDeadline.responseEnded(now: core.now)
        schedule(context)
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    // MARK: The wall

    func flush(context: ChannelHandlerContext) {
        if case .wall = state { return }
        context.flush()
    }

    func read(context: ChannelHandlerContext) {
        if case .wall = state { return }
        context.read()
    }

    /// The service's handlers may have stopped reading, and nobody asks them any more. So the WebSocket in front gets
    /// its bytes by reads from here. The channel itself starts reads only at the far end of the pipeline.
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
}

extension GateHandler.Passing {
    /// Sets how the answer's end is shown (RFC 9112 §6): by its length, by chunks, or by the end of the connection.
    mutating func frame(_ head: inout HTTPResponseHead) {
        guard !head.isInformational else { return }
        // Services that make HEAD of GET drop the body and then count it. Where GET does not say its length either, a
        // length of 0 would be wrong, and none is right (RFC 9110 §8.6).
        if isBare, head.headers["content-length"] == ["0"] { head.headers.remove(name: "content-length") }
        if isHTTP10 { head.version = .http1_0 }
        if !head.status.mayHaveResponseBody {
            isBare = true
            head.headers.remove(name: "transfer-encoding")
            if head.status == .noContent { head.headers.remove(name: "content-length") }
        } else if isHTTP10 {
            // HTTP/1.0 has no chunks.
            head.headers.remove(name: "transfer-encoding")
            if !isBare, !head.headers.contains(name: "content-length") { closeAfter = true }
        } else if !isBare, !head.headers.contains(name: "content-length"),
            !head.headers.contains(name: "transfer-encoding")
        {
            head.headers.add(name: "transfer-encoding", value: "chunked")
        }
        if closeAfter { head.headers.replaceOrAdd(name: "connection", value: "close") }
    }
}

extension HTTPResponseHead {
    fileprivate var isInformational: Bool { status.code < 200 }
}

extension HTTPRequestHead {
    var hasBody: Bool {
        headers.contains(name: "transfer-encoding") || headers.first(name: "content-length").map { $0 != "0" } ?? false
    }
}
