internal import NIOCore
internal import RESP

/// All rules of one command connection: handshake, order of replies, deadlines, heartbeat, closing.
///
/// `Tag` names a waiting caller. Each tag is handed out exactly once.
struct RedisConnectionStateMachine<Tag>: RedisStateMachine {
    struct Timing: Equatable {
        var handshake: TimeAmount
        var request: TimeAmount
        var pingInterval: TimeAmount
        var pingDeadline: TimeAmount
    }

    private enum State {
        case handshaking(RedisHandshake, deadline: NIODeadline)
        case ready(RedisPipelineQueue<Tag>, lastHeard: NIODeadline)
        /// No new pipelines; the channel closes with the last reply.
        case closing(RedisPipelineQueue<Tag>)
        case closed(RedisError)
    }

    private let timing: Timing
    private let maxPendingBytes: Int
    private var state: State

    /// The caller sends the commands of `handshake` at `now`.
    init(handshake: RedisHandshake, timing: Timing, maxPendingBytes: Int, now: NIODeadline) {
        self.timing = timing
        self.maxPendingBytes = maxPendingBytes
        state = .handshaking(handshake, deadline: now + timing.handshake)
    }

    // MARK: - Requests

    enum SendAction {
        case write
        case refuse(Tag, RedisError)
    }

    /// A caller wants to send a pipeline of `replies` commands, `bytes` long. `id` names it for ``cancelled(id:)``.
    mutating func send(id: UInt64, tag: Tag, replies: Int, bytes: Int, now: NIODeadline) -> SendAction {
        switch state {
        case .handshaking:
            return .refuse(tag, RedisError(.closed, "the connection is not ready"))
        case .ready(var queue, let lastHeard):
            if !queue.isEmpty, queue.bytes + bytes > maxPendingBytes {
                let message = "\(queue.bytes) bytes wait for Redis, at most \(maxPendingBytes) are allowed to"
                return .refuse(tag, RedisError(.overloaded, message))
            }
            // The queue is taken out of the state while it changes, here and below: otherwise it would be copied.
            state = .ready(RedisPipelineQueue(), lastHeard: lastHeard)
            queue.append(.init(id: id, tag: tag, expected: replies, bytes: bytes, deadline: now + timing.request))
            state = .ready(queue, lastHeard: lastHeard)
            return .write
        case .closing:
            return .refuse(tag, RedisError(.closed, "the connection is closing"))
        case .closed(let reason):
            return .refuse(tag, Self.afterwards(reason))
        }
    }

    /// The caller no longer waits: its replies are dropped when they come. Gives its tag if it still waited.
    mutating func cancelled(id: UInt64) -> Tag? {
        switch state {
        case .ready(var queue, let lastHeard):
            let tag = queue.cancel(id: id)
            state = .ready(queue, lastHeard: lastHeard)
            return tag
        case .closing(var queue):
            let tag = queue.cancel(id: id)
            state = .closing(queue)
            return tag
        case .handshaking, .closed:
            return nil
        }
    }

    // MARK: - Replies

    enum ReplyAction {
        case none
        /// The handshake is done: the connection may be used.
        case becomeReady
        case complete(Tag, [RESPValue])
        case close(RedisError)
        /// The last reply has come after ``closeRequested()``. If its caller still waits, it gets the reply first.
        case completeAndClose(Tag?, [RESPValue])
    }

    mutating func replyReceived(_ reply: RESPValue, now: NIODeadline) -> ReplyAction {
        switch state {
        case .handshaking(var handshake, let deadline):
            switch handshake.replyReceived(reply) {
            case .awaitingMore:
                state = .handshaking(handshake, deadline: deadline)
                return .none
            case .done:
                state = .ready(RedisPipelineQueue(), lastHeard: now)
                return .becomeReady
            case .failed(let error):
                return .close(error)
            }
        case .ready(var queue, _):
            state = .ready(RedisPipelineQueue(), lastHeard: now)
            let outcome = queue.replyReceived(reply)
            state = .ready(queue, lastHeard: now)
            switch outcome {
            case .nobodyWaits: return .close(Self.unexpected(reply))
            case .incomplete: return .none
            case .complete(let tag?, let replies): return .complete(tag, replies)
            case .complete(nil, _): return .none
            }
        case .closing(var queue):
            state = .closing(RedisPipelineQueue())
            let outcome = queue.replyReceived(reply)
            state = .closing(queue)
            switch outcome {
            case .nobodyWaits: return .close(Self.unexpected(reply))
            case .incomplete: return .none
            case .complete(let tag, let replies) where queue.isEmpty: return .completeAndClose(tag, replies)
            case .complete(let tag?, let replies): return .complete(tag, replies)
            case .complete(nil, _): return .none
            }
        case .closed:
            return .none
        }
    }

    // MARK: - Time

    var wakeAt: NIODeadline? {
        switch state {
        case .handshaking(_, let deadline): deadline
        case .ready(let queue, let lastHeard): queue.deadline ?? lastHeard + timing.pingInterval
        case .closing(let queue): queue.deadline
        case .closed: nil
        }
    }

    mutating func timerFired(now: NIODeadline) -> RedisTimerAction {
        guard let wakeAt, wakeAt <= now else { return .none }
        switch state {
        case .handshaking:
            return .close(RedisError(.timedOut, "no answer to the handshake within \(timing.handshake.seconds) s"))
        case .ready(var queue, let lastHeard) where queue.isEmpty:
            queue.append(.init(id: nil, tag: nil, expected: 1, bytes: 0, deadline: now + timing.pingDeadline))
            state = .ready(queue, lastHeard: lastHeard)
            return .send(.ping)
        case .ready(let queue, _), .closing(let queue):
            let limit = queue.isHeartbeatFirst ? timing.pingDeadline : timing.request
            return .close(RedisError(.timedOut, "no answer within \(limit.seconds) s"))
        case .closed:
            return .none
        }
    }

    // MARK: - The end

    enum CloseAction: Equatable {
        case none
        case close(RedisError)
    }

    /// The owner wants the connection closed once all that waits is answered.
    mutating func closeRequested() -> CloseAction {
        switch state {
        case .ready(let queue, _) where !queue.isEmpty:
            state = .closing(queue)
            return .none
        case .handshaking, .ready:
            return .close(RedisError(.closed, "the connection was closed"))
        case .closing, .closed:
            return .none
        }
    }

    func hangUpReason() -> RedisError {
        if case .handshaking(let handshake, _) = state { handshake.hangUpReason } else { .hungUp }
    }

    mutating func ended(_ reason: RedisError) -> [Tag] {
        switch state {
        case .handshaking:
            state = .closed(reason)
            return []
        case .ready(var queue, _), .closing(var queue):
            state = .closed(reason)
            return queue.removeAll()
        case .closed:
            return []
        }
    }

    private static func afterwards(_ reason: RedisError) -> RedisError {
        RedisError(.closed, "the connection has ended: \(reason.message)", underlying: reason)
    }

    private static func unexpected(_ reply: RESPValue) -> RedisError {
        // Redis may say why it hangs up, as in "-ERR max number of clients reached": that answers no command.
        if let error = reply.error { return RedisError(error) }
        return RedisError(.protocolViolation, "a reply came that nobody asked for")
    }
}

extension RedisConnectionStateMachine.SendAction: Equatable where Tag: Equatable {}
extension RedisConnectionStateMachine.ReplyAction: Equatable where Tag: Equatable {}

extension RedisConnectionStateMachine.Timing {
    init(_ configuration: RedisConfiguration) {
        self.init(
            handshake: TimeAmount(configuration.connectTimeout), request: TimeAmount(configuration.requestTimeout),
            pingInterval: TimeAmount(configuration.pingInterval), pingDeadline: TimeAmount(configuration.pingDeadline))
    }
}

extension TimeAmount {
    /// For messages: seconds to a tenth.
    var seconds: Double { Double(nanoseconds / 100_000_000) / 10 }
}
