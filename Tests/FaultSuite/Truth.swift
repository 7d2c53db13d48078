import FoundationEssentials
import RESP

/// What a plain reading of the sets gives.
struct Truth: Sendable {
    /// A member of a set.
    struct Entry: Sendable {
        let key: String
        let score: Double
    }

    /// All members by id.
    private(set) var all: [String: Entry] = [:]
    /// Those that the daemon's window has room for: the newest of each key.
    private(set) var inWindow: [String: Entry] = [:]
    /// The lowest score that each key has.
    private(set) var lowest: [String: Double] = [:]

    /// Reads every sorted set under the prefix.
    static func read(_ hand: RedisHand, perKey: Int) async throws -> Truth {
        while true {
            let names = try await hand.ask([RESPCommand("KEYS", "sa:*")]).first?.array?.compactMap(\.string)
            // Refused: loading, or busy with a script.
            guard let names else {
                try await Task.sleep(for: .milliseconds(10))
                continue
            }
            let reads = names.map { RESPCommand("ZREVRANGE", .string($0), 0, -1, "WITHSCORES") }
            let answers = try await hand.ask(reads)
            var truth = Truth()
            for (key, answer) in zip(names, answers) { truth.add(answer.array ?? [], of: key, perKey: perKey) }
            return truth
        }
    }

    private mutating func add(_ words: [RESPValue], of key: String, perKey: Int) {
        // All members say that their probe is `top`: under another probe's key they are no samples.
        guard key.hasSuffix(":top") else { return }
        // What is further ahead than the daemon's `max-skew` is in no window.
        let latest = Date().timeIntervalSince1970 * 1000 + 300_000
        var place = 0
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            guard let id = words[index].bytes.flatMap(SampleText.id), let score = words[index + 1].double else {
                continue
            }
            let entry = Entry(key: key, score: score)
            all[id] = entry
            if score <= latest {
                if place < perKey { inWindow[id] = entry }
                place += 1
            }
            lowest[key] = min(score, lowest[key] ?? .infinity)
        }
    }
}
