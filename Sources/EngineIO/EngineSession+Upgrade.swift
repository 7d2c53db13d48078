/// The upgrade from polling to WebSocket (Engine.IO v4 §Upgrade).
///
/// ```
///   client                                   server
///     │ GET …&transport=websocket&sid=…  ──▶ │  probing
///     │ 2probe                           ──▶ │
///     │ ◀── 3probe          (WebSocket)      │
///     │ ◀── 6               (waiting poll)   │  each further poll gets what waits, or 6
///     │ 5                                ──▶ │  websocket: from here on everything goes this way
/// ```
extension EngineSession {
    /// Returns false if the session cannot be upgraded, or if another WebSocket is upgrading it. Close the new one
    /// then.
    package mutating func upgradeRequested(now: Instant) -> Bool {
        guard case .polling(let polling) = state else { return false }
        state = .probing(polling, Probe(deadline: now + configuration.upgradeTimeout))
        return true
    }

    package enum ProbeAction: Equatable {
        case ignore
        /// Send the pong over the WebSocket, then a noop to the waiting poll.
        case answer(EnginePacket)
        /// The WebSocket is the transport now.
        case complete
        /// Close the WebSocket. The session goes on over polling.
        case abandon
    }

    /// A text message came over the WebSocket that probes.
    package mutating func probeReceived(_ bytes: [UInt8]) -> ProbeAction {
        guard case .probing(let polling, var probe) = state else { return .ignore }
        switch try? EnginePacket(text: bytes) {
        case .ping(let payload) where !probe.isAnswered && payload == Array("probe".utf8):
            probe.isAnswered = true
            state = .probing(polling, probe)
            return .answer(.pong(payload))
        case .ping where probe.isAnswered: return .ignore
        case .upgrade where probe.isAnswered:
            state = .websocket(WebSocket(heartbeat: polling.heartbeat))
            return .complete
        default:
            return probeEnded() ? .abandon : .ignore
        }
    }

    /// The WebSocket that probes has ended, or it broke a rule. Returns false if none is probing.
    package mutating func probeEnded() -> Bool {
        guard case .probing(let polling, _) = state else { return false }
        state = .polling(polling)
        return true
    }
}
