internal import NIOCore
internal import RESP
internal import RedisClient
internal import StreamAssembly

extension KeyspaceFollower {
    func look(_ batch: LookBatch, _ connection: RedisConnection) async throws(RedisError) {
        var batch = batch
        var work = TimeAmount.nanoseconds(0)
        while !batch.isEmpty {
            let looks = batch.takePipeline(maxBytes: machine.sizes.pipelineBytes)
            let readings: [LookReading]
            do {
                readings = try await read(looks, connection)
            } catch {
                if error.code == .protocolViolation, let key = machine.broke(looks, now: eventLoop.now) {
                    logger.followerRestsKey(key, error.description)
                }
                if error.code == .closed {
                    let isFirst = machine.sizes.isUncut
                    if let key = machine.cut(looks, now: eventLoop.now) {
                        logger.followerRestsKey(key, Self.outputLimit)
                    } else if isFirst, !machine.sizes.isUncut {
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
            emit(changes)
            work = work + (.now() - began)
        }
        machine.batchEnded(work: work, now: eventLoop.now)
    }

    private static let outputLimit =
        "Redis closed the connection while it answered: its client-output-buffer-limit normal may be too small"

    private func read(_ looks: [Look], _ connection: RedisConnection) async throws(RedisError) -> [LookReading] {
        if replication != nil { return try await readAtOffset(looks, connection) }
        let commands = looks.flatMap { look in look.reads.map { $0.command(key: look.key) } }
        return answers(to: looks, try await ask(commands, connection)[...], offset: nil)
    }

    private func received(_ reading: LookReading, into changes: inout [Change]) -> FollowerStateMachine.Progress {
        let now = eventLoop.now
        guard replication != nil else {
            return machine.received(reading.answers, to: reading.look, now: now, into: &changes)
        }
        return replication?.ledger.received(
            reading.answers, to: reading.look, offset: reading.offset ?? 0, &machine, now: now, into: &changes)
            ?? .init()
    }

    func scan(_ cursor: String, _ connection: RedisConnection) async throws(RedisError) {
        let command = RESPCommand("SCAN", .string(cursor), "MATCH", .string(channel.keyPattern), "COUNT", 1000)
        let reply = try await ask([command], connection).first
        if let error = reply?.error, error.code == "LOADING" { throw RedisError(error, to: "SCAN") }
        scanRefusal = reply?.error
        guard let parts = reply?.array, parts.count == 2, let next = parts[0].string, let names = parts[1].array else {
            if !hasReportedScan { logger.followerScanRefused(reply?.error?.description ?? "unexpected reply") }
            hasReportedScan = true
            return machine.scanned([], next: "0", now: eventLoop.now)
        }
        let keys = names.compactMap { name -> String? in
            if let key = name.bytes.flatMap({ String(validating: $0, as: UTF8.self) }) { return key }
            reportKeyNotUTF8()
            return nil
        }
        replication?.ledger.scanned(keys)
        machine.scanned(keys, next: next, now: eventLoop.now)
    }

    func reportKeyNotUTF8() {
        if !hasReportedKeyNotUTF8 { logger.followerSkipsKeyNotUTF8() }
        hasReportedKeyNotUTF8 = true
    }

    private func note(_ progress: FollowerStateMachine.Progress, key: String) {
        if progress.newWrongType { logger.followerSkipsWrongType(key) }
        if let refusal = progress.refusal {
            if refusedKeys.updateValue(refusal, forKey: key) == nil { logger.followerReadRefused(key, refusal) }
        } else {
            refusedKeys[key] = nil
        }
    }

    private func count(_ reading: LookReading) {
        for (read, answer) in zip(reading.look.reads, reading.answers) {
            if case .newest(_, offset: 0, _) = read { counters.fullReads += 1 }
            if case .rows(let rows) = answer { counters.rowsRead += UInt64(rows.count) }
        }
    }
}
