import EngineIO
import NIOCore
import NIOHTTP1

/// How a connection ends before its time: by its peer, by what the peer sends, or because it takes too long.
extension GateHandler {
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

    /// Until a client has joined a namespace the rest of a request has no more time than a header, nor longer than the
    /// client has to join.
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
