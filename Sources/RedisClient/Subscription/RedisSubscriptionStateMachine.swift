internal import NIOCore
internal import RESP

/// All rules of one subscribe connection in RESP2: handshake, PSUBSCRIBE, messages, heartbeat.
struct RedisSubscriptionStateMachine: RedisStateMachine {
    struct Timing: Equatable {
        var handshake: TimeAmount
        var pingInterval: TimeAmount
        var pingDeadline: TimeAmount
    }

    private enum State {
        case handshaking(RedisHandshake)
        case subscribing(confirmationsLeft: Int)
        case live(lastHeard: NIODeadline)
        case awaitingPong(deadline: NIODeadline)
        case closed
    }

    private let timing: Timing
    private let patterns: Int
    /// For handshake and subscribing together.
    private let connectDeadline: NIODeadline
    private var state: State

    /// The caller sends the commands of `handshake` at `now`. `patterns` is how many it will subscribe to.
    init(handshake: RedisHandshake, patterns: Int, timing: Timing, now: NIODeadline) {
        self.timing = timing
        self.patterns = patterns
        connectDeadline = now + timing.handshake
        state = .handshaking(handshake)
    }

    enum ReplyAction: Equatable {
        case none
        case sendSubscribe
        case becomeLive
        case deliver(channel: [UInt8], payload: [UInt8])
        case close(RedisError)
    }

    mutating func replyReceived(_ reply: RESPValue, now: NIODeadline) -> ReplyAction {
        switch state {
        case .handshaking(var handshake):
            switch handshake.replyReceived(reply) {
            case .awaitingMore:
                state = .handshaking(handshake)
                return .none
            case .done:
                state = .subscribing(confirmationsLeft: patterns)
                return .sendSubscribe
            case .failed(let error):
                return .close(error)
            }
        case .subscribing(let left):
            guard reply.array?.first?.string == "psubscribe" else {
                // A pattern that is confirmed may match before the last one is.
                return message(in: reply) ?? .close(Self.unexpected(reply, to: "PSUBSCRIBE"))
            }
            state = left > 1 ? .subscribing(confirmationsLeft: left - 1) : .live(lastHeard: now)
            return left > 1 ? .none : .becomeLive
        case .live, .awaitingPong:
            // Any message shows that the server is alive. The answer to the PING may come after a thousand of them.
            state = .live(lastHeard: now)
            if let message = message(in: reply) { return message }
            let isPong = reply.array?.first?.string == "pong" || reply == .simple("PONG")
            return isPong ? .none : .close(Self.unexpected(reply, to: nil))
        case .closed:
            return .none
        }
    }

    var wakeAt: NIODeadline? {
        switch state {
        case .handshaking, .subscribing: connectDeadline
        case .live(let lastHeard): lastHeard + timing.pingInterval
        case .awaitingPong(let deadline): deadline
        case .closed: nil
        }
    }

    mutating func timerFired(now: NIODeadline) -> RedisTimerAction {
        guard let wakeAt, wakeAt <= now else { return .none }
        switch state {
        case .handshaking, .subscribing:
            return .close(RedisError(.timedOut, "not subscribed within \(timing.handshake.seconds) s"))
        case .live:
            state = .awaitingPong(deadline: now + timing.pingDeadline)
            return .send(.ping)
        case .awaitingPong:
            return .close(RedisError(.timedOut, "no answer to PING within \(timing.pingDeadline.seconds) s"))
        case .closed:
            return .none
        }
    }

    func hangUpReason() -> RedisError {
        if case .handshaking(let handshake) = state { handshake.hangUpReason } else { .hungUp }
    }

    mutating func ended(_: RedisError) -> [Never] {
        state = .closed
        return []
    }

    /// `["pmessage", PATTERN, CHANNEL, PAYLOAD]`
    private func message(in reply: RESPValue) -> ReplyAction? {
        guard case .array(let parts) = reply, parts.count == 4, parts[0].string == "pmessage",
            let channel = parts[2].bytes, let payload = parts[3].bytes
        else { return nil }
        return .deliver(channel: channel, payload: payload)
    }

    private static func unexpected(_ reply: RESPValue, to command: String?) -> RedisError {
        if let error = reply.error { return RedisError(error, to: command) }
        return RedisError(.protocolViolation, "a reply came that belongs on no subscribed connection")
    }
}

extension RedisSubscriptionStateMachine.Timing {
    init(_ configuration: RedisConfiguration) {
        self.init(
            handshake: TimeAmount(configuration.connectTimeout), pingInterval: TimeAmount(configuration.pingInterval),
            pingDeadline: TimeAmount(configuration.pingDeadline))
    }
}
