import JSONBytes
import SeededRandom

@testable import StreamAssembly

/// A Redis, followers of it and a client of theirs, as far as resuming is concerned.
struct ResumeWorld {
    struct Stored: Hashable, Comparable {
        let id: String
        let t: Double

        static func < (left: Stored, right: Stored) -> Bool { (left.t, left.id) < (right.t, right.id) }
        var row: Row { .make(id, t: t) }
    }

    /// One daemon: what its follower believes, and its assembler.
    struct Daemon {
        var state: AssemblerState
        var believed: [String: [Stored]] = [:]
        let seed: UInt64
        let reach: Int

        init(_ limits: WindowLimits, reach: Int, seed: UInt64) {
            state = AssemblerState(configuration: .make(limits))
            self.seed = seed
            self.reach = reach
        }

        private func row(_ stored: Stored) -> Row {
            let row = stored.row
            return Row(score: row.score, member: row.member, memberHash: row.memberHash ^ seed)
        }

        /// What a follower tells that reads one key.
        mutating func follow(_ key: String, _ set: Set<Stored>, now: Double) -> [Emission] {
            let rows = Array(set.sorted().suffix(reach))
            let old = believed[key] ?? []
            believed[key] = rows.isEmpty ? nil : rows
            var changes: [Change] = []
            if let survivor = old.firstIndex(where: rows.contains) {
                let lost = old[survivor...].filter { !rows.contains($0) && $0.t >= rows[0].t }.map { row($0).id }
                if !lost.isEmpty { changes.append(.removed(key: key, rows: lost)) }
            } else if !old.isEmpty {
                changes.append(.gone(key: key))
            }
            let isGone = changes.contains(.gone(key: key))
            let new = rows.filter { isGone || !old.contains($0) }.map(row)
            if !new.isEmpty { changes.append(.added(key: key, rows: new)) }
            return state.apply(changes, now: now)
        }
    }

    /// What names a sample: its key and its id.
    struct Name: Hashable {
        let key: String
        let id: String
    }

    /// A browser: what it holds and what it will say of it, as the dashboard does.
    struct Client {
        /// By name: the time.
        var held: [Name: Double] = [:]
        var marks: [String: JSONValue] = [:]

        mutating func takeSnapshot(_ state: AssemblerState) {
            held = [:]
            for sample in state.snapshot(.all(depth: .max), maxBytes: .max).samples { add(sample) }
            marks = Self.marks(state.marks(.all(depth: .max)))
        }

        /// Takes events that were told together, and is cut off before the last ones.
        mutating func take(_ emissions: [Emission], butTheLast cut: Int) {
            for (index, emission) in emissions.dropLast(cut).enumerated() {
                take(emission)
                var marks = emission.marks
                for later in emissions[(index + 1)...] { marks.unsettle(later.marks) }
                self.marks.merge(Self.marks(marks)) { $1 }
            }
        }

        private mutating func take(_ emission: Emission) {
            switch emission.kind {
            case .samples(let samples): for sample in samples { add(sample) }
            case .gone(let keys, let samples):
                for key in keys { held = held.filter { $0.key.key != key.key } }
                for sample in samples { held[Name(key: sample.key, id: sample.id)] = nil }
            case .resync: break
            }
        }

        mutating func add(_ sample: Sample) { held[Name(key: sample.key, id: sample.id)] = sample.t }

        /// As it stands after a way over the wire.
        static func marks(_ marks: KeyMarks) -> [String: JSONValue] {
            let meta = Meta(epoch: "e", seq: 0, limits: .standard, now: 0, marks: marks)
            return (try? JSONValue(parsing: meta.encode()))?["t"]?.object ?? [:]
        }

        var position: StreamPosition? {
            try? StreamPosition(.object(["epoch": .string("e"), "seq": .number(0), "t": .object(marks)]))
        }
    }

    static let keys = ["sa:{a}:top", "sa:{b}:top", "other"]

    var redis: [String: Set<Stored>] = [:]
    var now = 100_000.0
    private var clock: [String: Double] = [:]
    private var lastID = 0

    /// One command of a collector; most are plain writes.
    mutating func change(disturbed: Bool, using random: inout SeededGenerator) {
        let key = Self.keys.randomElement(using: &random) ?? ""
        let set = redis[key] ?? []
        switch disturbed ? Int.random(in: 0..<14, using: &random) : 99 {
        case 0, 1: add(to: key, at: now - .random(in: 0...3_000, using: &random))
        case 2: if let same = set.sorted().randomElement(using: &random) { add(to: key, at: same.t) }
        case 3:
            if let old = set.sorted().randomElement(using: &random) {
                redis[key]?.insert(Stored(id: old.id, t: old.t + 700))
            }
        case 4: if let old = set.sorted().randomElement(using: &random) { redis[key]?.remove(old) }
        case 5: redis[key] = nil
        case 6: redis[Self.keys.randomElement(using: &random) ?? ""] = redis[key]
        case 7:
            redis[key] = nil
            redis[Self.keys.randomElement(using: &random) ?? ""] = set
        case 8: redis[key] = Set(set.sorted().suffix(6))
        case 9: now += 2_000
        default:
            now += .random(in: 0...300, using: &random)
            // Each host's clock is its own.
            let skew = key == "other" ? -900.0 : key == "sa:{a}:top" ? 4_000 : 0
            let t = max((now + skew).rounded(), (clock[key] ?? 0) + 1)
            clock[key] = t
            add(to: key, at: t)
        }
        if redis[key]?.isEmpty == true { redis[key] = nil }
    }

    private mutating func add(to key: String, at t: Double) {
        lastID += 1
        redis[key, default: []].insert(Stored(id: "\(lastID)", t: t.rounded()))
    }
}

extension Selection {
    static func all(depth: Int) -> Selection { Selection(hosts: [], probes: [], depth: depth) }
}
