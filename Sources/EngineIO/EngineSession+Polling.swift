/// The requests of a session that polls. At any time at most one GET waits and one POST is read (Engine.IO v4 §HTTP
/// long-polling).
extension EngineSession {
    package enum PollAction: Equatable {
        /// Hold the request until there is something to send.
        case park
        /// The probe is answered, and now the client waits for its poll to end. Send what there is, or a noop.
        case answerAtOnce
        case refuse(EngineRequestError)
        /// A second GET while one is waiting. Refuse it, and end the session.
        case overlap(CloseReason)
    }

    /// A GET came.
    package mutating func pollReceived() -> PollAction {
        switch state {
        case .polling(var polling):
            guard !polling.isPollWaiting else { return overlap() }
            polling.isPollWaiting = true
            state = .polling(polling)
            return .park
        case .probing(var polling, let probe):
            guard !polling.isPollWaiting else { return overlap() }
            polling.isPollWaiting = true
            state = .probing(polling, probe)
            return probe.isAnswered ? .answerAtOnce : .park
        case .websocket: return .refuse(.badRequest)
        case .closed: return .refuse(.unknownSession)
        }
    }

    /// The waiting GET got its answer.
    package mutating func pollAnswered() { update { $0.isPollWaiting = false } }

    /// The connection of the waiting GET ended. Packets may be lost, so the session ends.
    package mutating func pollAborted() -> ReceiveAction {
        guard polling?.isPollWaiting == true else { return .ignore }
        return end(.transportError)
    }

    package enum PostAction: Equatable {
        case read
        case refuse(EngineRequestError)
        /// A second POST while one is being read. Nobody knows their order.
        case overlap(CloseReason)
    }

    /// The header of a POST came.
    package mutating func postBegan() -> PostAction {
        switch state {
        case .polling(let polling), .probing(let polling, _):
            guard !polling.isPosting else {
                state = .closed(.transportError)
                return .overlap(.transportError)
            }
            update { $0.isPosting = true }
            return .read
        case .websocket: return .refuse(.badRequest)
        case .closed: return .refuse(.unknownSession)
        }
    }

    /// The whole body of the POST came.
    package mutating func postEnded() { update { $0.isPosting = false } }

    /// The connection ended in the middle of a POST.
    package mutating func postAborted() -> ReceiveAction {
        guard polling?.isPosting == true else { return .ignore }
        return end(.transportError)
    }

    private var polling: Polling? {
        switch state {
        case .polling(let polling), .probing(let polling, _): polling
        case .websocket, .closed: nil
        }
    }

    private mutating func update(_ change: (inout Polling) -> Void) {
        switch state {
        case .polling(var polling):
            change(&polling)
            state = .polling(polling)
        case .probing(var polling, let probe):
            change(&polling)
            state = .probing(polling, probe)
        case .websocket, .closed: break
        }
    }

    private mutating func overlap() -> PollAction {
        state = .closed(.transportError)
        return .overlap(.transportError)
    }
}
