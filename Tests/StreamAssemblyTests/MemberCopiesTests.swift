import SeededRandom
import TestSupport
import Testing

@testable import StreamAssembly

/// One member in several keys, as RENAME and COPY make it: what any key still holds stays.
@Suite struct MemberCopiesTests {
    private static let keys = ["sa:{a}:top", "sa:{b}:top", "sa:{c}:netstat"]
    private let a = keys[0]
    private let b = keys[1]
    private let rows: [Row] = (1...3).map { .make("\($0)", t: Double($0), more: #","host":"a","probe":"top""#) }

    private func state() -> AssemblerState { AssemblerState(configuration: .make()) }

    /// What a client holds that drops, with a key, the samples of its host and probe.
    private struct Client {
        /// The host and probe by which the client goes: the daemon's, or always what stands in the samples here.
        let origin: (Sample) -> [String]
        var held: [String: [String]] = [:]
        var doubled: [String] = []

        var ids: Set<String> { Set(held.keys) }

        mutating func take(_ emissions: [Emission], _ state: AssemblerState) {
            let isResync = emissions.contains { if case .resync = $0.kind { true } else { false } }
            // A snapshot stands for the whole batch.
            for emission in isResync ? emissions.suffix(1) : emissions {
                switch emission.kind {
                case .samples(let samples):
                    for sample in samples where held.updateValue(origin(sample), forKey: sample.id) != nil {
                        doubled.append(sample.id)
                    }
                case .gone(let keys, let samples):
                    // A key of another shape tells a client nothing.
                    for key in keys where StreamKey(key.key, prefix: "sa").isNamed {
                        held = held.filter { $1 != [key.host, key.probe] }
                    }
                    for sample in samples { held[sample.id] = nil }
                case .resync:
                    let all = state.snapshot(.all, maxBytes: .max).samples
                    held = Dictionary(uniqueKeysWithValues: all.map { ($0.id, origin($0)) })
                }
            }
        }
    }

    @Test(arguments: ["sa:{b}:top", "sa:loose"])
    func `a renamed key's samples stay as the new key's`(_ new: String) {
        var (state, client) = (state(), Client { _ in ["a", "top"] })
        for changes: [Change] in [[.added(key: a, rows: rows)], [.added(key: new, rows: rows)], [.gone(key: a)]] {
            client.take(state.apply(changes, now: 0), state)
        }
        #expect(state.window.ids == ["1", "2", "3"])
        #expect(state.keys(.all).map(\.key) == [new])
        #expect(client.ids == ["1", "2", "3"])
        client.take(state.apply([.gone(key: new)], now: 0), state)
        #expect((state.window.ids, client.ids, client.doubled) == ([], [], []))
        #expect(state.rememberedCopies == 0)
    }

    @Test func `a copy that goes leaves the samples where they were, without a word of them`() {
        var state = state()
        _ = state.apply([.added(key: a, rows: rows), .added(key: b, rows: rows)], now: 0)
        let emissions = state.apply([.gone(key: b)], now: 0)
        #expect(emissions.map(\.kind) == [.gone(keys: [.init(key: b, host: "b", probe: "top")], samples: [])])
        #expect(state.keys(.all).map(\.key) == [a])
        #expect(state.rememberedCopies == 0)
    }

    @Test func `a member that is removed from one key passes to the other`() {
        var state = state()
        _ = state.apply([.added(key: a, rows: rows), .added(key: b, rows: rows)], now: 0)
        let emissions = state.apply([.removed(key: a, rows: [rows[1].id])], now: 0)
        #expect(emissions.first?.kind == .gone(keys: [], samples: [.init(id: "2", host: "a", probe: "top")]))
        #expect(emissions.last?.sampleIDs == ["2"])
        #expect(state.window["2"]?.key == b)
        #expect(state.apply([.removed(key: b, rows: [rows[0].id, rows[1].id])], now: 0).count == 1)
        #expect(state.apply([.gone(key: a)], now: 0).last?.sampleIDs == ["3"])
        #expect(state.window.ids == ["3"])
    }

    @Test func `another sample of the same id and time is no copy`() {
        var state = state()
        _ = state.apply([.added(key: a, rows: rows), .added(key: b, rows: [.make("1", t: 1)])], now: 0)
        #expect(state.rememberedCopies == 0)
        _ = state.apply([.gone(key: a)], now: 0)
        #expect(state.window.ids == [])
    }

    @Test(arguments: 1...10) func `a member of any number of keys stays with the last of them`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var state = state()
        let keys = (0..<40).map { "sa:{h\($0)}:top" }
        _ = state.apply(keys.map { .added(key: $0, rows: rows) }, now: 0)
        for (left, key) in zip((0..<40).reversed(), keys.shuffled(using: &random)) {
            _ = state.apply([.gone(key: key)], now: 0)
            #expect(state.window.ids == (left > 0 ? ["1", "2", "3"] : []))
        }
        #expect(state.rememberedCopies == 0)
    }

    @Test func `what a full key lets go passes to a key that has room`() throws {
        var state = AssemblerState(configuration: .make(try .make(perKey: 3)))
        var client = Client { [$0.host, $0.probe] }
        let steps: [[Change]] = [
            [.added(key: a, rows: rows), .added(key: b, rows: rows)],
            [.added(key: a, rows: [.make("4", t: 4), .make("5", t: 5)])],
        ]
        for changes in steps { client.take(state.apply(changes, now: 0), state) }
        #expect(state.window.ids == ["1", "2", "3", "4", "5"])
        #expect(client.held.filter { $1 == ["b", "top"] }.keys.sorted() == ["1", "2"])
        client.take(state.apply([.gone(key: b)], now: 0), state)
        #expect((state.window.ids, client.ids) == (["3", "4", "5"], ["3", "4", "5"]))
    }

    @Test func `an heir that is full does not keep a sample from the next`() throws {
        var state = AssemblerState(configuration: .make(try .make(perKey: 2)))
        let one = [rows[0]]
        _ = state.apply(
            [.added(key: a, rows: one), .added(key: Self.keys[2], rows: one), .added(key: b, rows: one)], now: 0)
        _ = state.apply([.added(key: b, rows: [.make("8", t: 8), .make("9", t: 9)])], now: 0)
        #expect(state.apply([.gone(key: a)], now: 0).last?.sampleIDs == ["1"])
        #expect(state.window["1"]?.key == Self.keys[2])
        #expect(state.window.ids == ["1", "8", "9"])
    }

    @Test func `copies are bounded and end with their samples`() throws {
        let limits = try WindowLimits.make(samples: 1000)
        var state = AssemblerState(configuration: .make(limits))
        let many: [Row] = (0..<1000).map { .make("\($0)", t: Double($0)) }
        for number in 0..<20 { _ = state.apply([.added(key: "sa:{h\(number)}:top", rows: many)], now: 0) }
        #expect(state.rememberedCopies == MemberCopies.limit(limits))
        state.expire(now: 1e9)
        #expect((state.window.count, state.rememberedCopies) == (0, 0))
    }

    @Test func `copies of samples that left make room for others`() throws {
        let limits = try WindowLimits.make(samples: 10)
        var state = AssemblerState(configuration: .make(limits))
        for step in 0..<10_000 {
            let row = [Row.make("\(step)", t: Double(step))]
            _ = state.apply([.added(key: a, rows: row), .added(key: b, rows: row)], now: 0)
        }
        #expect(state.rememberedCopies <= MemberCopies.limit(limits))
        _ = state.apply([.gone(key: a)], now: 0)
        #expect(state.window.ids.count == 10)
    }

    /// RENAME, COPY, DEL, ZADD and ZREM at random; the follower tells of each key's change apart and in any order.
    @Test(arguments: 1...20) func `a random walk ends with what the sets hold`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var (state, client) = (state(), Client { [$0.host, $0.probe] })
        var (sets, told): ([String: Set<Int>], [String: Set<Int>]) = ([:], [:])
        let rows: [Row] = (0..<6).map { .make("\($0)", t: Double($0), more: #","host":"a","probe":"top""#) }
        for _ in 0..<300 {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let (one, other) = (key(&random), key(&random))
                let member = Int.random(in: 0..<6, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: sets[one] = sets[other]
                case 1 where one != other: (sets[one], sets[other]) = (sets[other], nil)
                case 2: sets[one] = nil
                case 3: sets[one]?.remove(member)
                default: sets[one, default: []].insert(member)
                }
            }
            for key in Self.keys.shuffled(using: &random) {
                let (before, after) = (told[key] ?? [], sets[key] ?? [])
                let changes: [Change] =
                    switch Int.random(in: 0..<10, using: &random) {
                    case 0: [.gap(key: key, rows: after.sorted().map { rows[$0] })]
                    case _ where after.isEmpty: before.isEmpty ? [] : [.gone(key: key)]
                    default:
                        [
                            .removed(key: key, rows: before.subtracting(after).sorted().map { rows[$0].id }),
                            .added(key: key, rows: after.subtracting(before).sorted().map { rows[$0] }),
                        ]
                    }
                client.take(state.apply(changes, now: 0), state)
                told[key] = after
            }
            let truth = Set(sets.values.joined().map(String.init))
            #expect(Set(state.window.ids) == truth)
            #expect(client.ids == truth)
            #expect(state.window.brokenInvariant(now: 0) == nil)
        }
        #expect(client.doubled == [])
    }

    private func key(_ random: inout SeededGenerator) -> String { Self.keys.randomElement(using: &random) ?? "" }
}
