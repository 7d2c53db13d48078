import RESP
import StreamAssembly

@testable import KeyspaceFollower

/// What a plain reading of the sets gives.
struct PlainReading {
    /// By key: the members with their scores.
    private(set) var sets: [String: [String: Double]] = [:]
    private var identities: [String: Set<RowID>] = [:]

    static func commands(_ keys: [String]) -> [RESPCommand] {
        keys.map { RESPCommand("ZRANGE", .string($0), 0, -1, "WITHSCORES") }
    }

    init(_ keys: [String], _ answers: [RESPValue]) {
        for (key, answer) in zip(keys, answers) {
            let words = answer.array ?? []
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                guard let member = words[index].bytes, let score = words[index + 1].double else { continue }
                sets[key, default: [:]][String(decoding: member, as: UTF8.self)] = score
                identities[key, default: []].insert(RowID(score: score, memberHash: MemberHash.hash(member)))
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
            let (set, ours) = (identities[key] ?? [], held[key] ?? [:])
            for id in set where ours[id] == nil { found.append("\(key): missing at \(id.score)") }
            let lowest = sets[key]?.values.min()
            for (id, member) in ours where !set.contains(id) && !isTrimmed(id.score, lowest, trimmed.contains(key)) {
                found.append("\(key): extra \(member) at \(id.score)")
            }
        }
        return found
    }

    /// A window has to hold of each key all that its set has, with the scores of now, and of what is there no more only
    /// what was let go by: what leaves from the bottom stays.
    ///
    /// - Parameter held: what a client holds.
    /// - Parameter letGo: what a client would hold still, had it not let it go by age.
    func differences(
        fromWindow window: [Sample], held: [String: [RowID: String]], letGo: [String: Set<RowID>]
    ) -> [String] {
        var found: [String] = []
        var known: [String: Set<RowID>] = [:]
        for sample in window {
            known[sample.key, default: []].insert(RowID(score: sample.t, memberHash: sample.memberHash))
        }
        for (key, ids) in identities {
            for id in ids.subtracting(known[key] ?? []) { found.append("the window has none of \(key) at \(id.score)") }
        }
        for sample in window {
            let id = RowID(score: sample.t, memberHash: sample.memberHash)
            if held[sample.key]?[id] == nil, letGo[sample.key]?.contains(id) != true {
                found.append("the window has \(sample.id) of \(sample.key) at \(sample.t)")
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
