package import Logging
package import NIOCore
package import RESP

/// One replica link: every write of a Redis server, in its order, as the server executes it.
///
/// The server counts us as a replica (`WAIT`, `min-replicas-to-write`, Sentinel) and sends the writes of **all** keys
/// of all databases. The data set that it sends first is skipped: read it over a ``RedisConnection``. When the stream
/// breaks, the link closes and is never reopened. A new link may go on at the position of the old one.
package final class RedisReplication: RedisListening {
    package enum Event: Sendable {
        /// Comes first. `isContinued`: nothing was missed since the position asked for.
        case start(ReplicationPosition, isContinued: Bool)
        /// From now on each write comes as it happens.
        case synchronized
        case command(ReplicatedCommand)
    }

    /// Called on the event loop with what one read brought.
    package typealias EventHandler = @Sendable ([Event]) -> Void

    package let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
    }

    /// Connects, does the handshake and returns when Redis has answered `PSYNC`.
    ///
    /// `onEvents` may be called before this returns.
    package static func connect(
        _ configuration: RedisConfiguration, from position: ReplicationPosition?, on eventLoop: any EventLoop,
        logger: Logger, onEvents: @escaping EventHandler
    ) async throws(RedisError) -> RedisReplication {
        let link = try await RedisDial.connect(configuration, on: eventLoop) { channel, ready in
            let handler = RedisReplicationHandler(
                configuration, from: position, ready: ready, now: eventLoop.now, logger: logger, onEvents: onEvents)
            try channel.pipeline.syncOperations.addHandler(handler)
            return RedisReplication(channel: channel)
        }
        logger.redisConnected(configuration.endpoint)
        return link
    }
}

/// Where a replication stream goes on: what `PSYNC` is asked with (Redis, "Replication", section "How it works").
package struct ReplicationPosition: Sendable, Hashable {
    /// Names the history of writes: 40 characters. A master that restarts begins another history.
    package var id: String
    /// Bytes of that history that were taken, up to the end of the last whole command.
    package var offset: Int64
    /// The database of the commands that follow, which no continuation repeats; nil before the first SELECT.
    package var database: Int?

    package init(id: String, offset: Int64, database: Int? = nil) {
        self.id = id
        self.offset = offset
        self.database = database
    }
}

/// One command of the stream, and where it leaves the stream.
package struct ReplicatedCommand: Sendable, Equatable {
    package let command: StreamedCommand
    /// The database in which it was executed; nil where that is not known.
    package let database: Int?
    /// The stream's offset after it.
    package let end: Int64

    package init(_ command: StreamedCommand, database: Int?, end: Int64) {
        self.command = command
        self.database = database
        self.end = end
    }
}

/// Performs on a channel what ``RedisReplicationStateMachine`` decides.
private final class RedisReplicationHandler: RedisChannelHandler<RedisReplicationStateMachine> {
    private let asked: ReplicationPosition?
    private let onEvents: RedisReplication.EventHandler

    /// `ready` succeeds once PSYNC is answered.
    init(
        _ configuration: RedisConfiguration, from position: ReplicationPosition?, ready: EventLoopPromise<Void>,
        now: NIODeadline, logger: Logger, onEvents: @escaping RedisReplication.EventHandler
    ) {
        // The stream is of all databases: to select one needs a permission and means nothing.
        var endpoint = configuration.endpoint
        endpoint.database = 0
        let handshake = RedisHandshake(endpoint: endpoint, clientName: configuration.clientName)
        asked = position
        self.onEvents = onEvents
        super.init(
            RedisReplicationStateMachine(
                handshake: handshake, from: position,
                timing: .init(handshake: TimeAmount(configuration.connectTimeout)), now: now),
            opening: handshake.commands + RedisReplicationStateMachine.introduction, ready: ready, logger: logger)
    }

    override func received(_ bytes: ByteBuffer, now: NIODeadline) {
        let actions = bytes.withUnsafeReadableBytes { machine.received($0, now: now) }
        var events: [RedisReplication.Event] = []
        events.reserveCapacity(actions.count)
        var failure: RedisError?
        for action in actions {
            switch action {
            case .synchronize: write([RedisReplicationStateMachine.synchronize(from: asked)])
            case .start(let position, let isContinued):
                events.append(.start(position, isContinued: isContinued))
                ready.succeed()
            case .synchronized: events.append(.synchronized)
            case .command(let command): events.append(.command(command))
            case .close(let reason): failure = reason
            }
        }
        if !events.isEmpty { onEvents(events) }
        if let failure { end(failure) }
    }
}
