import JSONBytes
import NIOCore
import SeededRandom
import Testing

@testable import Daemon
@testable import StreamAssembly

/// Random steps of hosts and clients beside clients that keep what they are sent and know no rules: whoever is told
/// changes holds exactly what the window holds of its selection, at any time.
@Suite struct FeedWalkTests {
    @Test(arguments: 0..<12 as Range<UInt64>)
    func `whoever is told changes holds what the window holds of its selection`(_ seed: UInt64) throws {
        var world = FeedWorld(seed: seed)
        for _ in 0..<2000 { try world.step() }
        #expect(world.checks > 100, "seed \(seed): the walk hardly looked")
        #expect(world.checksOfDetails > 20, "seed \(seed): the walk hardly looked at details")
    }
}

private struct FeedWorld {
    private static let selections = [
        Selection(hosts: [], probes: []), Selection(hosts: ["a*"].compactMap(Glob.init), probes: []),
        Selection(hosts: ["a1", "b1"].compactMap(Glob.init), probes: ["top"].compactMap(Glob.init)),
        Selection(hosts: [], probes: ["net*"].compactMap(Glob.init)),
        Selection(hosts: ["a*"].compactMap(Glob.init), probes: [], part: .figures),
        Selection(hosts: [], probes: [], part: .figures),
    ].map { $0.with(depth: Selection.maxDepth) }
    private static let choices = [
        nil, Selection(hosts: ["a*"].compactMap(Glob.init), probes: [], depth: Selection.maxDepth, part: .details),
        Selection(hosts: ["b1"].compactMap(Glob.init), probes: [], depth: Selection.maxDepth, part: .details),
    ]
    private static let keys = ["a1:top", "a1:net", "a2:top", "b1:top"]

    private var random: SeededGenerator
    private var assembler = AssemblerState(configuration: .init())
    private var state = FeedState(epoch: "run", limits: .standard, maxBytes: .max, flush: .zero)
    private var clients: [String: FollowingClient] = [:]
    /// Where those were that have gone: they may come back.
    private var gone: [(client: FollowingClient, since: StreamPosition)] = []
    /// What Redis holds, by key.
    private var rows: [String: [Row]] = [:]
    private var clock = 0
    private(set) var checks = 0
    private(set) var checksOfDetails = 0
    /// The last snapshot of each selection.
    private var shelf: [Selection: (seq: UInt64, event: AudienceMessages.Event)] = [:]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func step() throws {
        let id = "c\(Int.random(in: 0..<5, using: &random))"
        switch Int.random(in: 0..<15, using: &random) {
        case 0...3: change()
        case 4: if clients[id] == nil { try join(id) }
        case 5: try leave(id)
        case 6: try subscribe(id)
        case 7: try perform(state.paused(id, now: 0))
        case 8: try resume(id)
        case 9: lose(id)
        case 10...11: try serve()
        case 12: try choose(id)
        default:
            try perform(state.takePending(now: 0))
            for id in clients.keys { check(id) }
        }
    }

    // MARK: Hosts

    private mutating func change() {
        guard let name = Self.keys.randomElement(using: &random) else { return }
        let parts = name.split(separator: ":")
        let key = "sa:{\(parts[0])}:\(parts[1])"
        let change: Change
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            rows[key] = nil
            change = .gone(key: key)
        case 1:
            guard let row = rows[key]?.randomElement(using: &random) else { return }
            rows[key]?.removeAll { $0 == row }
            change = .removed(key: key, rows: [RowID(score: row.score, memberHash: row.memberHash)])
        case 2:
            rows[key] = makeRows(name)
            change = .gap(key: key, rows: rows[key] ?? [])
        default:
            let new = makeRows(name)
            rows[key, default: []] += new
            change = .added(key: key, rows: new)
        }
        _ = state.changed(assembler.apply([change], now: 1_000_000), now: 0, at: .uptimeNanoseconds(0))
    }

    private mutating func makeRows(_ name: String) -> [Row] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            clock += 1
            let member = #"{"id":"\#(name):\#(clock)","details":["d"],"d":\#(clock),"t":\#(900_000 + clock)}"#
            return Row(score: Double(900_000 + clock), member: Array(member.utf8), memberHash: UInt64(clock))
        }
    }

    // MARK: Clients

    private mutating func join(_ id: String) throws {
        if Bool.random(using: &random), let known = gone.popLast() {
            clients[id] = known.client
            state.joined(id, known.client.selection, since: known.since)
            guard case .emissions(let seq) = state.returning(id, isLive: true) else { return }
            if let events = state.missed(by: id, after: seq, now: 0) { return try catchUp(id, events) }
            state.owes(id, .connect)
        } else {
            let selection = Self.selections.randomElement(using: &random) ?? .all
            clients[id] = FollowingClient(selection: selection)
            state.joined(id, selection, since: nil)
        }
    }

    private mutating func leave(_ id: String) throws {
        guard let client = clients.removeValue(forKey: id) else { return }
        // Who was cut off before it had anything comes back as a new one.
        if state.audiences.standing(of: id) == .told, let seq = client.seq {
            gone.append((client, StreamPosition(epoch: "run", seq: seq)))
        }
        state.left(id)
    }

    private mutating func subscribe(_ id: String) throws {
        let selection = Self.selections.randomElement(using: &random) ?? .all
        try perform(state.subscribed(id, selection, now: 0))
        clients[id]?.selection = selection
    }

    private mutating func choose(_ id: String) throws {
        guard let choice = Self.choices.randomElement(using: &random), clients[id] != nil else { return }
        try perform(state.chose(id, choice, now: 0))
        clients[id]?.choice = choice
        clients[id]?.details = [:]
    }

    private mutating func resume(_ id: String) throws {
        guard case .missed(let seq) = state.resumed(id) else { return }
        if let events = state.missed(by: id, after: seq, now: 0) { try catchUp(id, events) }
    }

    private mutating func catchUp(_ id: String, _ events: [AudienceMessages.Event]) throws {
        let deliveries = state.catchUp(id, with: events, now: 0)
        // What gathered for the others comes first, and has nothing for it.
        try perform(Array(deliveries.prefix { $0.receivers != [id] }))
        for delivery in deliveries.drop(while: { $0.receivers != [id] }) {
            #expect(delivery.receivers == [id])
            try clients[id]?.take(delivery.event)
        }
        #expect(state.audiences.standing(of: id) == .told)
        check(id)
    }

    /// Some events never reach it.
    private mutating func lose(_ id: String) {
        state.lost(id)
        guard state.audiences.standing(of: id) != .told else { return }
        if case .waiting = state.audiences.standing(of: id) { return }
        clients[id]?.held = ["lost": 0]
    }

    private mutating func serve() throws {
        let blocked = "c\(Int.random(in: 0..<5, using: &random))"
        guard let group = state.nextOwed(where: { $0 != blocked }) else { return }
        try perform(state.takePending(now: 0))
        let (part, audiences) = (group.selection.part, [state.audiences, state.details])
        let events = makeUpdates(for: group)
        // The others have their turn later.
        let members = Array(group.members.prefix(Int.random(in: 1...group.members.count, using: &random)))
        for id in members {
            #expect(id != blocked)
            #expect(audiences[part == .details ? 1 : 0].standing(of: id) == .owed(group.reason))
            for event in events { try clients[id]?.take(event) }
        }
        state.caughtUp(members, part)
        for id in members { check(id) }
    }

    /// A snapshot, or one that was made before, with what has come since.
    private mutating func makeUpdates(for group: Audiences.Group) -> [AudienceMessages.Event] {
        if let made = shelf[group.selection], Int.random(in: 0..<4, using: &random) > 0,
            let since = state.since(made.seq, for: group.selection, maxBytes: .max, now: 0)
        {
            return [made.event] + since
        }
        let snapshot = assembler.snapshot(group.selection, maxBytes: .max)
        let event = state.updates(snapshot, reason: group.reason, marks: nil, now: 0)
        shelf[group.selection] = (snapshot.seq, event)
        return [event]
    }

    private mutating func perform(_ deliveries: [Delivery]) throws {
        // Whoever is sent the same is sent it by one delivery: it was encoded once.
        for isOfDetails in [false, true] {
            let own = deliveries.filter { ($0.event.name == "details") == isOfDetails }
            let audiences = Dictionary(grouping: own) { $0.receivers }
            // What is gone is the same of whole samples and of figures.
            let contents = audiences.values.filter { $0.contains { $0.event.name != "gone" } }
                .map { $0.map { [Array($0.event.name.utf8)] + $0.event.arguments } }
            #expect(Set(contents).count == contents.count)
            let receivers = audiences.keys.flatMap(\.self)
            #expect(Set(receivers).count == receivers.count)
        }
        for delivery in deliveries {
            for id in delivery.receivers { try clients[id]?.take(delivery.event) }
        }
    }

    /// For a moment at which nothing waits to be sent.
    private mutating func check(_ id: String) {
        checkDetails(id)
        guard state.audiences.standing(of: id) == .told, let client = clients[id] else { return }
        checks += 1
        var expected: [String: Double] = [:]
        for key in assembler.window.keyNames {
            for sample in assembler.window.newest(.max, of: key)
            where client.selection.matches(host: sample.host, probe: sample.probe) {
                expected[sample.id] = sample.t
            }
        }
        #expect(client.held == expected)
    }

    /// Who is told details has those of all that the window holds of its choice.
    private mutating func checkDetails(_ id: String) {
        guard state.details.standing(of: id) == .told, let client = clients[id], let choice = client.choice else {
            return
        }
        checksOfDetails += 1
        for key in assembler.window.keyNames {
            for sample in assembler.window.newest(.max, of: key)
            where choice.matches(host: sample.host, probe: sample.probe) {
                #expect(client.details[sample.id] == sample.t)
            }
        }
    }
}

/// Keeps what it is sent, as a page does.
private struct FollowingClient {
    var selection: Selection
    var held: [String: Double] = [:]
    /// Whose details it has chosen.
    var choice: Selection?
    var details: [String: Double] = [:]
    /// Of the last event.
    var seq: UInt64?

    mutating func take(_ event: AudienceMessages.Event) throws {
        let arguments = try event.arguments.map { try JSONValue(parsing: $0) }
        let first = try #require(arguments.first)
        if event.name == "details" { return try takeDetails(try #require(first.array), arguments.last?["reason"]) }
        seq = arguments.last?["seq"]?.number.map { UInt64($0) }
        switch event.name {
        case "updates":
            held = try #require(first.object).mapValues { $0["t"]?.number ?? -1 }
            #expect(try #require(first.object).values.allSatisfy { isRight($0["data"]) })
        case "dUpdates":
            for sample in try #require(first.array) {
                #expect(isRight(sample))
                held[try #require(sample["id"]?.string)] = sample["t"]?.number
            }
        case "gone":
            for key in first["keys"]?.array ?? [] {
                // `sa:{HOST}:PROBE` holds the ids `HOST:PROBE:…`.
                let start = try #require(key.string).dropFirst("sa:{".count).replacing("}", with: "") + ":"
                held = held.filter { !$0.key.hasPrefix(start) }
            }
            for id in first["ids"]?.array ?? [] { held[try #require(id.string)] = nil }
        default: Issue.record("no event '\(event.name)'")
        }
    }

    /// A sample is whole, or without its details.
    private func isRight(_ sample: JSONValue?) -> Bool { (sample?["d"] == nil) == (selection.part == .figures) }

    private mutating func takeDetails(_ samples: [JSONValue], _ reason: JSONValue?) throws {
        if reason != nil { details = [:] }
        for sample in samples {
            #expect(sample["d"] != nil && sample.object?.count == 4)
            details[try #require(sample["id"]?.string)] = sample["t"]?.number
        }
    }
}
