internal import Logging
internal import NIOCore
internal import RESP

/// Takes the replies of one pipeline, or the reason why there are none. Called once, on the event loop.
typealias RedisReplyHandler = @Sendable (Result<[RESPValue], RedisError>) -> Void

/// Performs on a channel what ``RedisConnectionStateMachine`` decides.
final class RedisCommandHandler: RedisReplyChannelHandler<RedisConnectionStateMachine<RedisReplyHandler>> {
    init(_ configuration: RedisConfiguration, ready: EventLoopPromise<Void>, now: NIODeadline, logger: Logger) {
        let handshake = RedisHandshake(endpoint: configuration.endpoint, clientName: configuration.clientName)
        super.init(
            RedisConnectionStateMachine(
                handshake: handshake, timing: .init(configuration), maxPendingBytes: configuration.maxPendingBytes,
                now: now),
            opening: handshake.commands, limits: configuration.limits, ready: ready, logger: logger)
    }

    func send(_ bytes: ByteBuffer, replies: Int, id: UInt64, reply: @escaping RedisReplyHandler) {
        switch machine.send(id: id, tag: reply, replies: replies, bytes: bytes.readableBytes, now: now) {
        case .write:
            write(bytes)
            scheduleWakeUp()
        case .refuse(let reply, let error):
            reply(.failure(error))
        }
    }

    func cancel(id: UInt64) {
        let error = RedisError(.cancelled, "the task that asked was cancelled")
        machine.cancelled(id: id)?(.failure(error))
    }

    func close() {
        switch machine.closeRequested() {
        case .none: break
        case .close(let reason): end(reason)
        }
    }

    override func replyReceived(_ value: RESPValue, now: NIODeadline) {
        switch machine.replyReceived(value, now: now) {
        case .none: break
        case .becomeReady: ready.succeed()
        case .complete(let reply, let values): reply(.success(values))
        case .close(let reason): end(reason)
        case .completeAndClose(let reply, let values):
            reply?(.success(values))
            end(RedisError(.closed, "the connection was closed"))
        }
    }

    override func fail(_ waiting: [RedisReplyHandler], _ reason: RedisError) {
        for reply in waiting { reply(.failure(reason)) }
    }
}
