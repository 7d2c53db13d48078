internal import NIOCore
internal import RESP
internal import RedisClient
internal import StreamAssembly

extension KeyspaceFollower {
    /// False where Redis does not give its stream and notifications will do; else returns only by an error.
    func followStream(_ connection: RedisConnection) async throws -> Bool {
        let stream =
            following.stream
            ?? StreamFollowing(database: configuration.redis.endpoint.database, prefix: configuration.prefix)
        stream.linked()
        streamRefusal = nil
        following = .replication(stream)
        if stream.silentCommands == nil {
            stream.silentCommands = try await countSilentCommands(among: SilentCommands.unreplicated, connection)
        }
        let link: RedisReplication
        do throws(RedisError) {
            link = try await self.link(beside: connection, from: stream.position).get()
        } catch {
            guard error.code == .unsupported || error.code == .noPermission else { throw error }
            guard configuration.preference == .auto else { throw refused(error) }
            following = .undecided
            streamRefusal = error
            logger.followerStreamRefused(error.description)
            return false
        }
        watch(connection.closeFuture, "the connection for commands was closed")
        watch(link.closeFuture, "the replication link was closed")
        do {
            try await work(connection)
        } catch {
            schedule.disconnected()
            await link.close()
            throw error
        }
        return true
    }

    /// PSYNC may be answered late. Meanwhile the other connection shows whether the server is there.
    private func link(
        beside connection: RedisConnection, from position: ReplicationPosition?
    ) async -> Result<RedisReplication, RedisError> {
        let (eventLoop, logger) = (eventLoop, logger)
        let dial = Task<Result<RedisReplication, RedisError>, Never> {
            do throws(RedisError) {
                let link = try await RedisReplication.connect(
                    connection.configuration, from: position, on: eventLoop, logger: logger
                ) { events in
                    self.assumeIsolated { $0.received(events) }
                }
                return .success(link)
            } catch {
                return .failure(error)
            }
        }
        connection.closeFuture.whenComplete { _ in dial.cancel() }
        return await withTaskCancellationHandler {
            await dial.value
        } onCancel: {
            dial.cancel()
        }
    }

    /// With what to do about it.
    private func refused(_ error: RedisError) -> RedisError {
        let remedy =
            error.code == .noPermission
            ? "grant: \(rights.grant), or"
            : "this Redis does not give its replication stream:"
        return RedisError(
            error.code, "\(error.message); \(remedy) follow notifications (--follow auto)", underlying: error.underlying
        )
    }

    private func received(_ events: [RedisReplication.Event]) {
        guard let stream = following.stream else { return }
        let now = eventLoop.now
        var changes: [Change] = []
        var wakes = false
        for event in events {
            switch event {
            case .start(let position, let isContinued):
                logger.followerStreamBegins(id: position.id, offset: position.offset, isContinued: isContinued)
                schedule.timing = .replication(configuration, hasOwnWrites: stream.hasOwnWrites)
            case .synchronized: break
            case .command: counters.events += 1
            }
            if stream.received(event, &schedule, now: now, into: &changes) { wakes = true }
        }
        skipped.take(stream.ledger.takeSkipped())
        reportSkipped()
        emit(changes)
        if wakes { sleeper.wake() }
    }

    /// Whether the stream brings what the server writes, and the server is one whose data set is whole: a replica that
    /// loses its master goes on with the stream, which says nothing any more.
    func checkStream(_ stream: StreamFollowing, _ connection: RedisConnection) async throws(RedisError) {
        _ = try ServerIdentity.read(await ask(ServerIdentity.commands, connection))
        let info = try ReplicationInfo(await ask([ReplicationInfo.command], connection).first)
        guard stream.isAlive(serverOffset: info.offset) else {
            throw RedisError(.timedOut, "the replication stream stands still")
        }
        let silent = try await countSilentCommands(among: SilentCommands.unreplicated, connection)
        if let changed = stream.silentlyChanged(silent) {
            logger.followerSilentlyChanged(changed)
            stream.ledger.readAll(&schedule)
        }
        stream.hasOwnWrites = info.hasOwnWrites
        schedule.timing = .replication(configuration, hasOwnWrites: info.hasOwnWrites)
        // No write names the keys that are new there.
        if info.hasOwnWrites { schedule.searchAgain() }
    }

    /// Has the keys read that may have changed though no write tells it. False where there are none.
    func readKeysInTurn() -> Bool {
        let keys = schedule.takeTurns()
        for key in keys { following.stream?.ledger.readAgain(key, &schedule) }
        return !keys.isEmpty
    }

    /// Whether the stream would be given now, after it was refused: Redis does not say when that changes.
    ///
    /// Asked within a transaction that is not executed, so that the connection does not become a replica.
    func isStreamGiven(_ connection: RedisConnection) async throws(RedisError) -> Bool {
        guard try await ask([RESPCommand("MULTI")], connection).first == .simple("OK") else { return false }
        let replies = try await ask(
            [
                RESPCommand("REPLCONF", "capa", "eof"), RESPCommand("PSYNC", "?", -1), RESPCommand("DISCARD"),
            ], connection)
        return !replies.contains { $0.error?.code == "NOPERM" }
    }
}
