/// One Engine.IO session as a value. Events and the time go in, and what to do comes out (Engine.IO v4).
///
/// ```
///   polling ──WebSocket──▶ probing ──"5"──▶ websocket
///      ▲                      │
///      └──── probe failed ────┘             each of them ──▶ closed
/// ```
/// Each state holds the transports that exist in it, and no others. Traffic stays on polling until the probe has
/// succeeded. After `closed`, no event has anything to do.
package struct EngineSession: Sendable, Equatable {
    package typealias Instant = ContinuousClock.Instant

    package enum State: Sendable, Equatable {
        case polling(Polling)
        case probing(Polling, Probe)
        case websocket(WebSocket)
        case closed(CloseReason)
    }

    /// A session whose transport is HTTP long-polling.
    package struct Polling: Sendable, Equatable {
        var heartbeat: Heartbeat
        /// Whether a GET waits for packets.
        var isPollWaiting = false
        /// Whether a POST is being read.
        var isPosting = false
    }

    /// A WebSocket is trying to take over from polling.
    package struct Probe: Sendable, Equatable {
        /// Whether `2probe` came and was answered.
        var isAnswered = false
        let deadline: Instant
    }

    /// A session whose transport is an open WebSocket.
    package struct WebSocket: Sendable, Equatable {
        var heartbeat: Heartbeat
    }

    package let id: String
    package let configuration: EngineConfiguration
    package internal(set) var state: State

    /// A session that a handshake on that transport has opened. Send `openPacket` first.
    package init(openedBy transport: EngineTransport, id: String, configuration: EngineConfiguration, now: Instant) {
        self.id = id
        self.configuration = configuration
        let heartbeat = Heartbeat(
            interval: configuration.pingInterval, timeout: configuration.pingTimeout, now: now)
        state =
            switch transport {
            case .polling: .polling(Polling(heartbeat: heartbeat))
            case .websocket: .websocket(WebSocket(heartbeat: heartbeat))
            }
    }

    /// Offers the WebSocket as an upgrade to a client that polls. A client on a WebSocket has nothing to upgrade to.
    package var openPacket: EnginePacket {
        switch state {
        case .polling, .probing: configuration.openPacket(sessionID: id, upgrades: [.websocket])
        case .websocket, .closed: configuration.openPacket(sessionID: id, upgrades: [])
        }
    }

    package var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// When to call `deadlineReached`; nil once the session is closed.
    package var deadline: Instant? {
        switch state {
        case .polling(let polling): polling.heartbeat.deadline
        case .probing(let polling, let probe): min(polling.heartbeat.deadline, probe.deadline)
        case .websocket(let socket): socket.heartbeat.deadline
        case .closed: nil
        }
    }

    package enum ReceiveAction: Equatable {
        case ignore
        case deliver([UInt8])
        case deliverBinary([UInt8])
        case close(CloseReason)
    }

    /// A whole text message came over the session's WebSocket.
    package mutating func receivedText(_ bytes: [UInt8], now: Instant) -> ReceiveAction {
        guard !isClosed else { return .ignore }
        guard let packet = try? EnginePacket(text: bytes) else { return end(.parseError) }
        return received(packet, now: now)
    }

    /// A packet came over the session's transport, of either kind.
    package mutating func received(_ packet: EnginePacket, now: Instant) -> ReceiveAction {
        guard !isClosed else { return .ignore }
        switch packet {
        case .message(let payload): return .deliver(payload)
        case .binary(let payload): return .deliverBinary(payload)
        case .pong:
            heartbeat?.pongReceived(now: now)
            return .ignore
        case .open, .upgrade, .noop: return .ignore
        case .ping: return end(.invalidHeartbeatDirection)
        case .close: return end(.transportClose)
        }
    }

    /// A whole binary message came.
    package mutating func receivedBinary(_ bytes: [UInt8]) -> ReceiveAction {
        isClosed ? .ignore : .deliverBinary(bytes)
    }

    /// The server stops reading what the client sends, or reads again.
    package mutating func readingPaused(now: Instant) { heartbeat?.readingPaused(now: now) }

    package mutating func readingResumed(now: Instant) { heartbeat?.readingResumed(now: now) }

    package enum DeadlineAction: Equatable {
        case wait
        case sendPing
        /// The WebSocket that probes took too long. Close it. The session goes on over polling.
        case abandonProbe
        case close(CloseReason)
    }

    package mutating func deadlineReached(now: Instant) -> DeadlineAction {
        switch heartbeat?.deadlineReached(now: now) {
        case .sendPing: return .sendPing
        case .timedOut:
            state = .closed(.pingTimeout)
            return .close(.pingTimeout)
        case .wait, nil:
            guard case .probing(let polling, let probe) = state, now >= probe.deadline else { return .wait }
            state = .polling(polling)
            return .abandonProbe
        }
    }

    /// Ends the session. Returns false if it had ended before, so that the end is reported only once.
    package mutating func close(_ reason: CloseReason) -> Bool {
        guard !isClosed else { return false }
        state = .closed(reason)
        return true
    }

    mutating func end(_ reason: CloseReason) -> ReceiveAction {
        state = .closed(reason)
        return .close(reason)
    }

    /// The session has one heartbeat for its whole life. A change of transport does not restart it.
    private var heartbeat: Heartbeat? {
        get {
            switch state {
            case .polling(let polling), .probing(let polling, _): polling.heartbeat
            case .websocket(let socket): socket.heartbeat
            case .closed: nil
            }
        }
        set {
            guard let newValue else { return }
            switch state {
            case .polling(var polling):
                polling.heartbeat = newValue
                state = .polling(polling)
            case .probing(var polling, let probe):
                polling.heartbeat = newValue
                state = .probing(polling, probe)
            case .websocket(var socket):
                socket.heartbeat = newValue
                state = .websocket(socket)
            case .closed: break
            }
        }
    }
}
