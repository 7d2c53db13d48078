internal import RESP
internal import RedisClient

extension KeyspaceFollower {
    /// Reads in one transaction with a look at the server's offset: writes that come later are not in it.
    func readAtOffset(
        _ looks: [Look], _ stream: StreamFollowing, _ connection: RedisConnection
    ) async throws(RedisError) -> [LookReading] {
        let reads = looks.flatMap { look in look.reads.map { $0.command(key: look.key) } }
        let replies = try await ask(
            [RESPCommand("MULTI")] + reads + [ReplicationInfo.command, RESPCommand("EXEC")], connection)
        guard replies.count == reads.count + 3 else {
            throw RedisError(.protocolViolation, "MULTI: replies are missing")
        }
        if let error = replies[0].error { throw RedisError(error, to: "MULTI") }
        if let error = replies[reads.count + 1].error { throw RedisError(error, to: "INFO") }
        if let error = replies.last?.error {
            // If no read was refused, it is EXEC itself that is.
            let refusals = replies[1...reads.count].lazy.compactMap(\.error)
            guard error.code == "EXECABORT", let refusal = refusals.first else { throw RedisError(error, to: "EXEC") }
            return try await readOneByOne(looks, refusal, stream, connection)
        }
        guard let results = replies.last?.array, results.count == reads.count + 1 else {
            throw RedisError(.protocolViolation, "EXEC: results are missing")
        }
        let info = try ReplicationInfo(results.last)
        guard info.id == stream.position?.id else {
            throw RedisError(.closed, "the server that is read is not the one whose stream is followed")
        }
        return answers(to: looks, results[...], offset: info.offset)
    }

    /// One refused command makes Redis discard the whole transaction.
    private func readOneByOne(
        _ looks: [Look], _ refusal: RESPServerError, _ stream: StreamFollowing, _ connection: RedisConnection
    ) async throws(RedisError) -> [LookReading] {
        if let look = looks.first, looks.count == 1 {
            return [LookReading(look: look, answers: look.reads.map { $0.answer(.error(refusal)) }, offset: nil)]
        }
        var readings: [LookReading] = []
        for look in looks { readings += try await readAtOffset([look], stream, connection) }
        return readings
    }
}
