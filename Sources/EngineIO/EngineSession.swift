/// One Engine.IO session as a value: events and the time go in, what to do comes out (Engine.IO v4).
///
/// The states are spelled so that the transports of a session can only be what they are; long-polling and the
/// upgrade's probe are further states beside `websocket`. After `closed` every event answers with nothing to do.
package struct EngineSession: Sendable, Equatable {
    package typealias Instant = ContinuousClock.Instant

    package enum State: Sendable, Equatable {
        case websocket(WebSocket)
        case closed(CloseReason)
    }

    /// A session whose transport is an open WebSocket.
    package struct WebSocket: Sendable, Equatable {
        var heartbeat: Heartbeat
    }

    package let id: String
    package let configuration: EngineConfiguration
    package private(set) var state: State

    /// A session opened by a WebSocket handshake; send `openPacket` first.
    package init(openedByWebSocket id: String, configuration: EngineConfiguration, now: Instant) {
        self.id = id
        self.configuration = configuration
        let heartbeat = Heartbeat(
            interval: configuration.pingInterval, timeout: configuration.pingTimeout, now: now)
        state = .websocket(WebSocket(heartbeat: heartbeat))
    }

    /// Over WebSocket there is nothing left to upgrade to.
    package var openPacket: EnginePacket { configuration.openPacket(sessionID: id, upgrades: []) }

    package var isClosed: Bool {
        switch state {
        case .websocket: false
        case .closed: true
        }
    }

    /// When `deadlineReached` is due; nil once closed.
    package var deadline: Instant? {
        switch state {
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

    /// A whole text message came.
    package mutating func receivedText(_ bytes: [UInt8], now: Instant) -> ReceiveAction {
        guard case .websocket(var socket) = state else { return .ignore }
        guard let packet = try? EnginePacket(text: bytes) else { return end(.parseError) }
        switch packet {
        case .message(let payload): return .deliver(payload)
        case .binary(let payload): return .deliverBinary(payload)
        case .pong:
            socket.heartbeat.pongReceived(now: now)
            state = .websocket(socket)
            return .ignore
        case .open, .upgrade, .noop: return .ignore
        case .ping: return end(.invalidHeartbeatDirection)
        case .close: return end(.transportClose)
        }
    }

    /// A whole binary message came.
    package mutating func receivedBinary(_ bytes: [UInt8]) -> ReceiveAction {
        switch state {
        case .websocket: .deliverBinary(bytes)
        case .closed: .ignore
        }
    }

    package enum DeadlineAction: Equatable {
        case wait
        case sendPing
        case close(CloseReason)
    }

    package mutating func deadlineReached(now: Instant) -> DeadlineAction {
        guard case .websocket(var socket) = state else { return .wait }
        let action = socket.heartbeat.deadlineReached(now: now)
        state = .websocket(socket)
        switch action {
        case .wait: return .wait
        case .sendPing: return .sendPing
        case .timedOut:
            state = .closed(.pingTimeout)
            return .close(.pingTimeout)
        }
    }

    /// Ends the session; false if it had ended before, so that it is told only once.
    package mutating func close(_ reason: CloseReason) -> Bool {
        guard !isClosed else { return false }
        state = .closed(reason)
        return true
    }

    private mutating func end(_ reason: CloseReason) -> ReceiveAction {
        state = .closed(reason)
        return .close(reason)
    }
}
