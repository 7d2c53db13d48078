internal import NIOCore
internal import RESP
internal import RedisClient
internal import StreamAssembly

extension KeyspaceFollower {
    /// False where Redis does not give its stream and notifications will do; else never returns but by an error.
    func followStream(_ connection: RedisConnection) async throws -> Bool {
        var following =
            replication
            ?? ReplicationFollowing(database: configuration.redis.endpoint.database, prefix: configuration.prefix)
        following.linked()
        streamRefusal = nil
        replication = following
        let link: RedisReplication
        do throws(RedisError) {
            link = try await self.link(beside: connection, from: following.position).get()
        } catch {
            guard error.code == .unsupported || error.code == .noPermission else { throw error }
            guard configuration.preference == .auto else { throw refused(error) }
            replication = nil
            streamRefusal = error
            logger.followerStreamRefused(error.description)
            return false
        }
        watch(connection.closeFuture, "the connection for commands was closed")
        watch(link.closeFuture, "the replication link was closed")
        do {
            try await work(connection)
        } catch {
            machine.disconnected()
            await link.close()
            throw error
        }
        return true
    }

    /// PSYNC may be answered late: whether the server is there shows the other connection meanwhile.
    private func link(
        beside connection: RedisConnection, from position: ReplicationPosition?
    ) async -> Result<RedisReplication, RedisError> {
        let (eventLoop, logger) = (eventLoop, logger)
        let dial = Task<Result<RedisReplication, RedisError>, Never> {
            do throws(RedisError) {
                let link = try await RedisReplication.connect(
                    connection.configuration, from: position, on: eventLoop, logger: logger
                ) { events in
                    self.assumeIsolated { $0.told(events) }
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

    /// What to do about it.
    private func refused(_ error: RedisError) -> RedisError {
        let remedy =
            error.code == .noPermission
            ? "grant: \(rights.grant), or"
            : "this Redis does not give its replication stream:"
        return RedisError(
            error.code, "\(error.message); \(remedy) follow notifications (--follow auto)", underlying: error.underlying
        )
    }

    /// False where there are none.
    func readRipeKeys() -> Bool {
        let keys = machine.takeRipe()
        for key in keys { replication?.ledger.readAgain(key, &machine) }
        return !keys.isEmpty
    }

    /// Whether the stream would be given now, of which no word was said when it was refused.
    ///
    /// Asked within a transaction that is not executed: the connection is to become no replica.
    func isStreamGiven(_ connection: RedisConnection) async throws(RedisError) -> Bool {
        guard try await ask([RESPCommand("MULTI")], connection).first == .simple("OK") else { return false }
        let replies = try await ask(
            [
                RESPCommand("REPLCONF", "capa", "eof"), RESPCommand("PSYNC", "?", -1), RESPCommand("DISCARD"),
            ], connection)
        return !replies.contains { $0.error?.code == "NOPERM" }
    }

    var keysBeingRead: Int { replication?.ledger.keysBeingRead ?? 0 }

    private func told(_ events: [RedisReplication.Event]) {
        guard var following = replication else { return }
        // Taken out meanwhile, lest the ledger be copied.
        replication = nil
        var changes: [Change] = []
        var wakes = false
        for event in events {
            switch event {
            case .start(let position, let isContinued):
                logger.followerStreamBegins(id: position.id, offset: position.offset, isContinued: isContinued)
                mode = .replication
                machine.timing = .replication(configuration)
                following.position = position
                following.ledger.started(isContinued: isContinued, &machine, now: eventLoop.now)
                wakes = true
            case .synchronized:
                following.ledger.synchronized()
                wakes = true
            case .command(let command):
                counters.events += 1
                following.position?.offset = command.end
                following.position?.database = command.database
                if following.ledger.executed(command, &machine, into: &changes) { wakes = true }
            }
        }
        if following.ledger.keysNotUTF8 > 0 { reportKeyNotUTF8() }
        replication = following
        emit(changes)
        if wakes { sleeper.wake() }
    }

    /// Whether the stream brings what the server writes.
    func checkStream(_ connection: RedisConnection) async throws(RedisError) {
        let info = try ReplicationInfo(await ask([ReplicationInfo.command], connection).first)
        guard replication?.isAlive(serverOffset: info.offset) == true else {
            throw RedisError(.timedOut, "the replication stream stands still")
        }
    }
}
