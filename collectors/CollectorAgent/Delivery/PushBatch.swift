package import RESP

/// Samples that go to Redis in one pipeline.
package struct PushBatch: Sendable {
    /// One sample and whether its key is trimmed with it.
    package struct Item: Sendable, Equatable {
        package var number: UInt64
        package var sample: WaitingSample
        package var trims: Bool
        /// Members with later scores are removed first. A clock that was set back leaves such members, and a trim by
        /// rank would keep them longer than the true ones. nil if the time is not known.
        package var futureAfterMs: Int64?

        /// MULTI, ZADD, ZREMRANGEBYRANK, PEXPIRE, EXEC; or only ZADD. ZREMRANGEBYSCORE comes before that.
        var replies: Int { (trims ? 5 : 1) + (futureAfterMs == nil ? 0 : 1) }
    }

    package var items: [Item]

    /// The commands in order. A trim, the expiry and their sample happen at the same time.
    package func commands(policy: PushPolicy) -> [RESPCommand] {
        var commands: [RESPCommand] = []
        for item in items {
            let key = RESPArgument.string(item.sample.key)
            let add = RESPCommand("ZADD", key, .integer(item.sample.epochMs), .bytes(item.sample.bytes))
            if let after = item.futureAfterMs {
                // Not in the transaction, so that a user without this permission can still write samples.
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

    /// Why Redis does not permit us to remove samples of the future; nil if it does.
    package func refusalOfFutureTrim(in replies: [RESPValue]) -> RESPServerError? {
        var index = 0
        for item in items where index + item.replies <= replies.count {
            if item.futureAfterMs != nil, let error = replies[index].error, error.code == "NOPERM" { return error }
            index += item.replies
        }
        return nil
    }

    /// What the replies say about each item. If replies are missing, the list is shorter.
    package func outcomes(of replies: [RESPValue]) -> [PushOutcome] {
        var outcomes: [PushOutcome] = []
        var index = 0
        for item in items where index + item.replies <= replies.count {
            let own = replies[(index + (item.futureAfterMs == nil ? 0 : 1))..<index + item.replies]
            index += item.replies
            // An error while queueing says why EXEC was refused. The elements of EXEC say why a command failed.
            let errors = own.compactMap(\.error) + (own.last?.array ?? []).compactMap(\.error)
            let telling = errors.first { $0.code != "EXECABORT" } ?? errors.first
            outcomes.append(telling.map(PushOutcome.init) ?? .stored)
        }
        return outcomes
    }
}

/// The outcome for one sample that was sent.
package enum PushOutcome: Sendable, Equatable {
    case stored
    /// The key has another type, so sending again does not help.
    case refused(RESPServerError)
    /// Not now: the server is loading, full, read-only, or does not permit it.
    case tryAgain(RESPServerError)

    init(_ error: RESPServerError) {
        self = error.code == "WRONGTYPE" ? .refused(error) : .tryAgain(error)
    }
}

/// How samples are kept: in Redis, and here while Redis is away.
package struct PushPolicy: Sendable, Equatable {
    /// How many of the newest samples a key keeps.
    package var keep: Int
    /// Redis removes a key that gets no sample for this time.
    package var retentionMs: Int64
    /// The first sample of a key, and then every n-th, trims it and renews its expiry. Not every sample, because each
    /// time is an event for every follower.
    package var samplesPerTrim: UInt64
    /// If an answer takes longer than this, Redis counts as slow. From then on samples wait, and have the flag
    /// `backfill`.
    package var lateAfterMs: Int64
    /// How much may wait for one Redis.
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
