internal import NIOCore
internal import RESP
internal import RedisClient
internal import StreamAssembly

/// What came of reading one key.
struct LookReading {
    let look: Look
    let answers: [KeyAnswer]
    /// The server's replication offset at that moment; nil where it was not asked for.
    var offset: Int64?
}

extension KeyspaceFollower {
    func look(_ batch: LookBatch, _ connection: RedisConnection) async throws(RedisError) {
        var batch = batch
        var work = TimeAmount.nanoseconds(0)
        while !batch.isEmpty {
            let looks = batch.takePipeline(maxBytes: schedule.sizes.pipelineBytes)
            var times = asks(for: looks.count, round: batch.round)
            let readings: [LookReading]
            do {
                readings = try await read(looks, connection)
            } catch {
                if error.code == .protocolViolation, let key = schedule.broke(looks, now: eventLoop.now) {
                    logger.followerRestsKey(key, error.description)
                }
                if error.code == .closed {
                    let isFirst = schedule.sizes.isUncut
                    if let key = schedule.cut(looks, now: eventLoop.now) {
                        logger.followerRestsKey(key, Self.outputLimit)
                    } else if isFirst, !schedule.sizes.isUncut {
                        logger.followerReadsSmallerParts(Self.outputLimit)
                    }
                }
                throw error
            }
            let began = NIODeadline.now()
            var changes: [Change] = []
            for reading in readings {
                count(reading)
                let progress = received(reading, into: &changes)
                if let look = progress.look { batch.append(look) } else { note(progress, key: reading.look.key) }
            }
            times?.answered = began
            emit(changes, times: times)
            work = work + (.now() - began)
        }
        schedule.batchEnded(work: work, now: eventLoop.now)
    }

    /// Nil where nobody wants to know.
    private func asks(for keys: Int, round: UInt64?) -> ReadingTimes? {
        guard isTraced else { return nil }
        let now = NIODeadline.now()
        let heard = round.map { roundClock.reads(round: $0, now: now) } ?? now
        return ReadingTimes(heard: heard, asked: now, answered: now, keys: keys)
    }

    private static let outputLimit =
        "Redis closed the connection while it answered: its client-output-buffer-limit normal may be too small"

    private func read(_ looks: [Look], _ connection: RedisConnection) async throws(RedisError) -> [LookReading] {
        if let stream = following.stream { return try await readAtOffset(looks, stream, connection) }
        let commands = looks.flatMap { look in look.reads.map { $0.command(key: look.key) } }
        return answers(to: looks, try await ask(commands, connection)[...], offset: nil)
    }

    /// The replies, in order, to all reads of these looks.
    func answers(to looks: [Look], _ replies: ArraySlice<RESPValue>, offset: Int64?) -> [LookReading] {
        var rest = replies
        return looks.map { look in
            let own = rest.prefix(look.reads.count)
            rest = rest.dropFirst(look.reads.count)
            return LookReading(look: look, answers: zip(look.reads, own).map { $0.answer($1) }, offset: offset)
        }
    }

    private func received(_ reading: LookReading, into changes: inout [Change]) -> KeySchedule.Progress {
        let now = eventLoop.now
        guard let stream = following.stream else {
            return schedule.received(reading.answers, to: reading.look, now: now, into: &changes)
        }
        return stream.ledger.received(
            reading.answers, to: reading.look, offset: reading.offset ?? 0, &schedule, now: now, into: &changes)
    }

    func scan(_ cursor: String, _ connection: RedisConnection) async throws(RedisError) {
        let command = RESPCommand("SCAN", .string(cursor), "MATCH", .string(channel.keyPattern), "COUNT", 1000)
        let reply = try await ask([command], connection).first
        if let error = reply?.error, error.code == "LOADING" { throw RedisError(error, to: "SCAN") }
        refusals.noteSearch(reply?.error)
        guard let parts = reply?.array, parts.count == 2, let next = parts[0].string, let names = parts[1].array else {
            if refusals.isFirstFailureOfSearch() {
                logger.followerScanRefused(reply?.error?.description ?? "unexpected reply")
            }
            return schedule.scanned([], next: "0", now: eventLoop.now)
        }
        let keys = names.compactMap { name in
            name.bytes.flatMap { skipped.followed($0[...]) }
        }
        reportSkipped()
        following.stream?.ledger.scanned(keys)
        schedule.scanned(keys, next: next, now: eventLoop.now)
    }

    private func note(_ progress: KeySchedule.Progress, key: String) {
        if progress.newWrongType { logger.followerSkipsWrongType(key) }
        if refusals.noteRead(of: key, progress.refusal), let refusal = progress.refusal {
            logger.followerReadRefused(key, refusal)
        }
    }

    private func count(_ reading: LookReading) {
        for (read, answer) in zip(reading.look.reads, reading.answers) {
            if case .newest(_, offset: 0, _) = read { counters.fullReads += 1 }
            if case .rows(let rows) = answer { counters.rowsRead += UInt64(rows.count) }
        }
    }
}
