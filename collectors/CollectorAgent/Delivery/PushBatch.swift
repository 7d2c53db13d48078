package import RESP

/// Samples that go to Redis in one pipeline.
package struct PushBatch: Sendable {
    /// One sample and whether its key is trimmed with it.
    package struct Item: Sendable, Equatable {
        package var number: UInt64
        package var sample: WaitingSample
        package var trims: Bool
        /// Members with later scores are removed first, as a clock that was set back has left them: by rank they would
        /// outlast the true ones. nil where nothing is known of the time.
        package var futureAfterMs: Int64?

        /// MULTI, ZADD, ZREMRANGEBYRANK, PEXPIRE, EXEC; or ZADD alone. Before it ZREMRANGEBYSCORE.
        var replies: Int { (trims ? 5 : 1) + (futureAfterMs == nil ? 0 : 1) }
    }

    package var items: [Item]

    /// The commands in order; a trim, the expiry and the sample that brought them happen at one instant.
    package func commands(policy: PushPolicy) -> [RESPCommand] {
        var commands: [RESPCommand] = []
        for item in items {
            let key = RESPArgument.string(item.sample.key)
            let add = RESPCommand("ZADD", key, .integer(item.sample.epochMs), .bytes(item.sample.bytes))
            if let after = item.futureAfterMs {
                // Not in the transaction: a user who may not do this keeps his samples all the same.
                commands.append(RESPCommand("ZREMRANGEBYSCORE", key, .string("(\(after)"), "+inf"))
            }
            guard item.trims else {
                commands.append(add)
                continue
            }
            commands += [
                RESPCommand("MULTI"), add,
                RESPCommand("ZREMRANGEBYRANK", key, 0, .integer(Int64(-policy.keep - 1))),
                RESPCommand("PEXPIRE", key, .integer(policy.retentionMs)), RESPCommand("EXEC"),
            ]
        }
        return commands
    }

    /// Why Redis does not permit to remove what lies in the future; nil where it does.
    package func refusalOfFutureTrim(in replies: [RESPValue]) -> RESPServerError? {
        var index = 0
        for item in items where index + item.replies <= replies.count {
            if item.futureAfterMs != nil, let error = replies[index].error, error.code == "NOPERM" { return error }
            index += item.replies
        }
        return nil
    }

    /// What the replies say of each item; short where replies are missing.
    package func outcomes(of replies: [RESPValue]) -> [PushOutcome] {
        var outcomes: [PushOutcome] = []
        var index = 0
        for item in items where index + item.replies <= replies.count {
            let own = replies[(index + (item.futureAfterMs == nil ? 0 : 1))..<index + item.replies]
            index += item.replies
            // An error while queueing says why EXEC was refused; EXEC's own elements say why a command failed.
            let errors = own.compactMap(\.error) + (own.last?.array ?? []).compactMap(\.error)
            let telling = errors.first { $0.code != "EXECABORT" } ?? errors.first
            outcomes.append(telling.map(PushOutcome.init) ?? .stored)
        }
        return outcomes
    }
}

/// What became of one sample that was sent.
package enum PushOutcome: Sendable, Equatable {
    case stored
    /// The key is of another type: sending again is of no use.
    case refused(RESPServerError)
    /// Not now: the server is loading, full, read-only, or does not allow it.
    case tryAgain(RESPServerError)

    init(_ error: RESPServerError) {
        self = error.code == "WRONGTYPE" ? .refused(error) : .tryAgain(error)
    }
}

/// How samples are kept: in Redis, and here while Redis is away.
package struct PushPolicy: Sendable, Equatable {
    /// The newest samples that a key keeps.
    package var keep: Int
    /// A key that gets no sample for so long is removed by Redis.
    package var retentionMs: Int64
    /// The first and then every so many samples of a key trim it and renew its expiry: each is an event to every
    /// follower, so not with each sample.
    package var samplesPerTrim: UInt64
    /// Redis counts as slow when an answer takes longer: samples wait from then on, and say `backfill`.
    package var lateAfterMs: Int64
    /// What may wait for one Redis.
    package var waiting: WaitingLimits

    package init(
        keep: Int = 3600, retentionMs: Int64 = 7_200_000, samplesPerTrim: UInt64 = 30, lateAfterMs: Int64 = 1000,
        waiting: WaitingLimits = WaitingLimits()
    ) {
        self.keep = keep
        self.retentionMs = retentionMs
        self.samplesPerTrim = samplesPerTrim
        self.lateAfterMs = lateAfterMs
        self.waiting = waiting
    }
}
