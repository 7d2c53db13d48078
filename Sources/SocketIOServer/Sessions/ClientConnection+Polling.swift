import EngineIO
import NIOCore

/// The requests of a session that polls.
extension ClientConnection {
    /// A GET. It waits until there is something to send.
    ///
    /// - Throws: the error to answer with. The session may have ended then.
    func poll(_ responder: any PollResponder) throws(EngineRequestError) {
        // A client that comes too late finds no session, even if the timer is late too.
        let now = core.now
        if let deadline = engine.deadline, deadline <= now { deadlineReached() }
        guard !isFinished else { throw .unknownSession }
        switch engine.pollReceived() {
        case .park:
            polling?.park(responder)
            drain()
        case .answerAtOnce:
            guard receivedControlFrame() else { throw .badRequest }
            polling?.park(responder)
            drain()
            polling?.answerWithNoop()
        case .refuse(let error): throw error
        case .overlap(let reason):
            close(reason)
            throw .badRequest
        }
    }

    func pollAborted() {
        polling?.abandonPoll()
        perform(engine.pollAborted())
    }

    /// The header of a POST.
    func beginPost() throws(EngineRequestError) {
        switch engine.postBegan() {
        case .read: break
        case .refuse(let error): throw error
        case .overlap(let reason):
            close(reason)
            throw .badRequest
        }
    }

    /// The whole body of a POST came and was too large. The session goes on.
    func leavePost() { engine.postEnded() }

    /// The whole body of a POST came. Its packets are taken as fast as this client may be read.
    func endPost(_ body: [UInt8], _ responder: any PostResponder) {
        guard !isFinished else { return responder.answerPost(.unknownSession) }
        post = (EnginePayload.Reader(body), responder)
        takePosted()
    }

    func takePosted() {
        guard !isPaused, case (var reader, let responder)? = post else { return }
        // Take the POST out first: a packet may end the session, and then the code below has to answer the POST.
        post = nil
        while !isFinished {
            guard !isPaused else {
                post = (reader, responder)
                return
            }
            do throws(EnginePacketError) {
                guard let packet = try reader.next() else {
                    engine.postEnded()
                    break
                }
                let now = core.now
                guard take(engine.received(packet, now: now), bytes: packet.byteCount, now: now) else {
                    return responder.answerPost(.badRequest)
                }
            } catch {
                core.violated(.malformedPayload, String(describing: error), address: remoteAddress)
                close(.parseError)
                return responder.answerPost(.badRequest)
            }
        }
        responder.answerPost(nil)
    }

    func answerPost(_ error: EngineRequestError?) {
        guard let responder = post?.responder else { return }
        post = nil
        responder.answerPost(error)
    }

    func postAborted() { perform(engine.postAborted()) }
}
