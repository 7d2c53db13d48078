/// Which sentinels to ask, in which order, and what follows from their answers.
struct SentinelRoster: Equatable {
    private static let maxSentinels = 16

    let group: SentinelGroup
    /// The one that answered last stands first.
    private(set) var hosts: [RedisHost]

    init(_ group: SentinelGroup) {
        self.group = group
        hosts = []
        for host in group.sentinels where !hosts.contains(host) { hosts.append(host) }
    }

    /// What came of asking each of ``hosts`` once.
    enum Verdict: Equatable {
        case master(RedisHost)
        case none(RedisError)
    }

    /// The answer with the highest epoch counts: after a failover some sentinels, even most, may still name the old
    /// master. Without epochs the majority counts; where votes are equal, the sentinel that was asked first.
    mutating func heard(_ answers: [(RedisHost, Result<SentinelWord, RedisError>)]) -> Verdict {
        let verdict = verdict(answers)
        var words: [(host: RedisHost, word: SentinelWord)] = []
        for case (let host, .success(let word)) in answers where word.master != nil { words.append((host, word)) }
        if !words.isEmpty { learn(words) }
        return verdict
    }

    private func verdict(_ answers: [(RedisHost, Result<SentinelWord, RedisError>)]) -> Verdict {
        var words: [(master: RedisHost, epoch: Int)] = []
        for case (_, .success(let word)) in answers {
            if let master = word.master { words.append((master, word.epoch ?? -1)) }
        }
        let epoch = words.map(\.epoch).max()
        let newest = words.filter { $0.epoch == epoch }.map(\.master)
        var best: (master: RedisHost, votes: Int)?
        for master in newest {
            let votes = newest.count { $0 == master }
            if votes > best?.votes ?? 0 { best = (master, votes) }
        }
        return best.map { .master($0.master) } ?? .none(failure(answers))
    }

    private func failure(_ answers: [(RedisHost, Result<SentinelWord, RedisError>)]) -> RedisError {
        var errors: [RedisError] = []
        for case (_, .failure(let error)) in answers { errors.append(error) }
        if errors.count < answers.count {
            return RedisError(.noMaster, "the sentinels know no master named '\(group.master)'")
        }
        // What keeps us out of one sentinel probably keeps us out of all. That says more than that another is down.
        let telling: Set<RedisError.Code> = [.authentication, .noPermission, .tls, .configuration, .protocolViolation]
        let error = errors.first { telling.contains($0.code) } ?? errors.first
        return RedisError(
            error.map { telling.contains($0.code) ? $0.code : .noMaster } ?? .noMaster,
            "none of \(answers.count) sentinels answers: \(error?.message ?? "none asked")", underlying: error)
    }

    /// Those that answered come first. Those that were learned of and did not answer are forgotten until they are named
    /// again.
    private mutating func learn(_ words: [(host: RedisHost, word: SentinelWord)]) {
        var known = words.map(\.host)
        for host in group.sentinels where !known.contains(host) { known.append(host) }
        for other in words.flatMap(\.word.others) where !known.contains(other) && known.count < Self.maxSentinels {
            known.append(other)
        }
        hosts = known
    }
}
