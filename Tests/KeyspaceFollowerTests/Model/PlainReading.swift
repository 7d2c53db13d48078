import RESP
import StreamAssembly

@testable import KeyspaceFollower

/// What a plain reading of the sets gives.
struct PlainReading {
    /// By key: the members with their scores.
    private(set) var sets: [String: [String: Double]] = [:]
    /// Those of the newest that are followed.
    private var identities: [String: Set<RowID>] = [:]
    /// Of each `id` among those the member that counts: the newest, of one score the last.
    private var samples: [String: [String: RowID]] = [:]

    static func commands(_ keys: [String]) -> [RESPCommand] {
        keys.map { RESPCommand("ZRANGE", .string($0), 0, -1, "WITHSCORES") }
    }

    /// - Parameter perKey: how many of the newest members of a key are followed.
    init(_ keys: [String], _ answers: [RESPValue], perKey: Int) {
        for (key, answer) in zip(keys, answers) {
            let words = answer.array ?? []
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                guard let member = words[index].bytes, let score = words[index + 1].double else { continue }
                sets[key, default: [:]][String(decoding: member, as: UTF8.self)] = score
                guard words.count - index <= 2 * perKey else { continue }
                let row = Row(score: score, member: member, memberHash: MemberHash.hash(member))
                identities[key, default: []].insert(RowID(row))
                let name = StreamKey(key, prefix: "sa")
                guard let sample = try? Sample(row, of: name, maxTime: .infinity, maxBytes: .max) else { continue }
                samples[key, default: [:]][sample.id] = RowID(row)
            }
        }
    }

    /// What a follower believes has to be exactly this.
    func differences(fromBelief belief: [String: [RowID]]) -> [String] {
        Set(identities.keys).union(belief.keys).compactMap { key in
            let (ours, theirs) = (Set(belief[key] ?? []), identities[key] ?? [])
            return ours == theirs
                ? nil : "\(key): \(theirs.subtracting(ours).count) unknown, \(ours.subtracting(theirs).count) believed"
        }
    }

    /// What a client holds has to be all of this, and no more than was trimmed: what leaves from the bottom is nobody's
    /// to tell.
    ///
    /// - Parameter trimmed: the keys whose bottom may have been lost before their lowest members came.
    func differences(fromHeld held: [String: [RowID: String]], trimmed: Set<String>) -> [String] {
        var found: [String] = []
        for key in Set(sets.keys).union(held.keys) {
            let (newest, set, ours) = (identities[key] ?? [], sets[key] ?? [:], held[key] ?? [:])
            for id in newest where ours[id] == nil { found.append("\(key): missing at \(id.score)") }
            let lowest = set.values.min()
            for (id, member) in ours
            where set[member] != id.score && !isTrimmed(id.score, lowest, trimmed.contains(key)) {
                found.append("\(key): extra \(member) at \(id.score)")
            }
        }
        return found
    }

    /// A window has to hold exactly what a fresh one would.
    func differences(fromWindow window: [Sample]) -> [String] {
        var found: [String] = []
        var known: [String: Set<RowID>] = [:]
        for sample in window {
            let id = RowID(score: sample.t, memberHash: sample.memberHash)
            known[sample.key, default: []].insert(id)
            if samples[sample.key]?[sample.id] != id {
                found.append("the window has \(sample.id) of \(sample.key) at \(sample.t)")
            }
        }
        for (key, ids) in samples {
            for (id, row) in ids where known[key]?.contains(row) != true {
                found.append("the window has no \(id) of \(key) at \(row.score)")
            }
        }
        return found
    }

    /// A key that is no more takes with it whatever was its own.
    private func isTrimmed(_ score: Double, _ lowest: Double?, _ isTrimmedKey: Bool) -> Bool {
        guard let lowest else { return false }
        return score <= lowest || isTrimmedKey
    }
}
