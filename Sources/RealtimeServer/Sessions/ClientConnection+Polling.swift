import EngineIO
import NIOCore

/// The requests of a session that polls.
extension ClientConnection {
    /// A GET: parked until there is something to send.
    ///
    /// - Throws: What the request is to be answered with; the session may have ended then.
    func poll(_ responder: any PollResponder) throws(EngineRequestError) {
        guard admit(0, now: .now) else { throw .badRequest }
        switch engine.pollReceived() {
        case .park:
            polling?.park(responder)
            drain()
        case .answerAtOnce:
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

    /// The whole body of a POST; where it is too large there is none, and the session lives.
    func endPost(_ body: [UInt8]?) throws(EngineRequestError) {
        guard !isFinished else { throw .unknownSession }
        engine.postEnded()
        guard let body else { return }
        let packets: [EnginePacket]
        do throws(EnginePacketError) {
            packets = try EnginePayload.decode(body)
        } catch {
            core.violated("malformedPayload", String(describing: error), address: remoteAddress)
            close(.parseError)
            throw .badRequest
        }
        for packet in packets {
            let now = ContinuousClock.now
            // A packet before this one may have ended the session, as it may.
            guard !isFinished else { return }
            guard admit(packet.byteCount, now: now) else { throw .badRequest }
            perform(engine.received(packet, now: now))
        }
    }

    func postAborted() { perform(engine.postAborted()) }
}
