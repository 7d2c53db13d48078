import EngineIO
import NIOCore
import NIOHTTP1

/// How a connection ends early: its peer closes it, sends something wrong, or takes too long.
extension GateHandler {
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch state {
        case .idle, .reading:
            // If the connection was closed in the middle of a header, the decoder reports an error too, but nobody
            // would read an answer.
            guard let error = error as? HTTPParserError, context.channel.isActive else {
                if isAwaitingTLS { violated(.failedTLSHandshake, "\(error)") }
                return cut(context)
            }
            leaveSession()
            let fault = meter.fault ?? MalformedRequest.fault(error, seen: [], lineBytes: 0)
            refuseAtOnce(GateResponse(fault), context, nil)
        case .parked, .posting: cut(context)
        case .passing(let passing):
            guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
            lostThread(passing, error, context)
        case .wall: break
        case .closing:
            // After one error, the decoder reports another for each further byte.
            guard error is HTTPParserError || error is ByteToMessageDecoderError else { return cut(context) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch (state, event) {
        case (_, let security as ConnectionSecurity): self.security = security
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

    // MARK: Time

    func note(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        meter.partReceived()
        switch part {
        case .head:
            hold(0)
            requestDeadline.headReceived(now: core.now)
            schedule(context)
        case .body: break
        case .end:
            requestDeadline.requestEnded(now: core.now)
            schedule(context)
            endHandshake()
        }
    }

    /// Until a client has joined a namespace, it gets no more time for the rest of a request than for a header, and no
    /// more than it has for joining.
    func hurry(_ request: GateRequest, _ context: ChannelHandlerContext) {
        let joining = request.post?.connection.joinDeadline
        guard request.post == nil || joining != nil else { return }
        let limit = core.now + core.configuration.limits.headerTimeout
        requestDeadline.endBody(by: min(limit, joining ?? limit))
        schedule(context)
    }

    func schedule(_ context: ChannelHandlerContext) {
        noteRest()
        guard let deadline = requestDeadline.deadline else { return }
        timer.schedule(at: deadline) { [weak self] in self?.deadlineReached(context) }
    }

    private func deadlineReached(_ context: ChannelHandlerContext) {
        guard let deadline = requestDeadline.deadline else { return }
        guard deadline <= core.now else { return schedule(context) }
        switch requestDeadline.phase {
        case .header: violated(.slowHeader)
        case .body: violated(.slowBody)
        case .rest:
            guard requestDeadline.restEnds(untaken: UntakenBytes.of(context.channel), now: core.now) else {
                return schedule(context)
            }
        }
        context.close(promise: nil)
    }
}
