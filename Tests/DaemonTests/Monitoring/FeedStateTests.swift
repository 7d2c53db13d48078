import NIOCore
import StreamAssembly
import Testing

@testable import Daemon
@testable import StreamAssembly

@Suite struct FeedStateTests {
    private static let now = NIODeadline.uptimeNanoseconds(0)

    private func make() -> FeedState {
        FeedState(epoch: "run", limits: .standard, maxBytes: 1 << 20, flush: .milliseconds(50))
    }

    private func sample(_ host: String, _ number: UInt64) -> Sample {
        Sample(
            key: "sa:{\(host)}:top", host: host, probe: "top", id: "\(host):top:\(number)", t: Double(number),
            bytes: Array(#"{"id":"\#(host):top:\#(number)"}"#.utf8), memberHash: number)
    }

    private func emission(_ seq: UInt64, _ hosts: String...) -> Emission {
        Emission(seq: seq, kind: .samples(hosts.map { sample($0, seq) }))
    }

    private func selection(_ hosts: String...) -> Selection {
        Selection(hosts: hosts.compactMap(Glob.init), probes: [])
    }

    /// A client that is told changes.
    private func tell(_ id: String, _ selection: Selection = .all, in state: inout FeedState) {
        state.joined(id, selection, since: nil)
        state.caughtUp([id])
    }

    @Test func `clients that want the same part of a batch share one event, whatever they have selected`() {
        var state = make()
        tell("all", in: &state)
        tell("star", selection("*"), in: &state)
        tell("both", selection("web", "db"), in: &state)
        tell("web", selection("web"), in: &state)
        tell("other", selection("mail"), in: &state)
        _ = state.changed([emission(1, "web", "db")], now: 0, at: Self.now)
        let deliveries = state.takePending(now: 0)
        #expect(Set(deliveries.map { $0.receivers.sorted() }) == [["all", "both", "star"], ["web"]])
        #expect(state.takePending(now: 0) == [])
    }

    private func detailed(_ host: String, _ number: UInt64) -> Sample {
        Sample(
            key: "sa:{\(host)}:top", host: host, probe: "top", id: "\(host):top:\(number)", t: Double(number),
            bytes: Array(#"{"id":"\#(host):top:\#(number)","details":["p"],"n":1,"p":2}"#.utf8), memberHash: number)
    }

    private func details(_ host: String, depth: Int = 1) -> Selection {
        Selection(hosts: [Glob(host)].compactMap(\.self), probes: [], depth: depth, part: .details)
    }

    private func text(_ delivery: Delivery) -> String {
        let arguments = delivery.event.arguments.map { String(decoding: $0, as: UTF8.self) }
        return "\(delivery.receivers.sorted().joined()) \(delivery.event.name) \(arguments[0])"
    }

    @Test func `whole samples, figures and details are encoded once each, however many want them`() {
        var state = make()
        for id in ["a", "b"] { tell(id, in: &state) }
        for id in ["c", "d"] { tell(id, Selection(hosts: [], probes: [], part: .figures), in: &state) }
        for id in ["c", "b"] {
            _ = state.chose(id, details("web", depth: id == "b" ? 2 : 1), now: 0)
            state.caughtUp([id], .details)
        }
        _ = state.changed(
            [Emission(seq: 1, kind: .samples([detailed("web", 1), detailed("db", 1)]))], now: 0, at: Self.now)
        let told = state.takePending(now: 0).map(text)
        #expect(
            Set(told.dropLast()) == [
                #"ab dUpdates [{"id":"web:top:1","details":["p"],"n":1,"p":2},{"id":"db:top:1","details":["p"],"n":1,"p":2}]"#,
                #"cd dUpdates [{"id":"web:top:1","details":["p"],"n":1},{"id":"db:top:1","details":["p"],"n":1}]"#,
            ])
        // Behind the figures, in the same flush.
        #expect(told.last == #"bc details [{"id":"web:top:1","key":"sa:{web}:top","t":1,"p":2}]"#)
    }

    @Test func `details follow their client: into a pause, out of it, past a loss, a gap and the end`() {
        var state = make()
        tell("a", in: &state)
        _ = state.chose("a", details("web"), now: 0)
        #expect(state.details.standing(of: "a") == .owed(.subscribe))
        state.caughtUp(["a"], .details)
        _ = state.paused("a", now: 0)
        #expect(state.details.standing(of: "a")?.isPaused == true)
        // What is chosen meanwhile waits for the end of the pause.
        _ = state.chose("a", details("db"), now: 0)
        #expect(!state.isAnyoneOwed)
        _ = state.resumed("a")
        #expect(state.details.standing(of: "a") == .owed(.resume))
        state.caughtUp(["a"], .details)
        state.lost("a")
        #expect(state.details.standing(of: "a") == .owed(.resync))
        state.caughtUp(["a"], .details)
        let key = Emission.RemovedKey(key: "sa:{db}:top", host: "db", probe: "top")
        _ = state.changed([Emission(seq: 1, kind: .resync(keys: [key]))], now: 0, at: Self.now)
        _ = state.takePending(now: 0)
        #expect(state.details.standing(of: "a") == .owed(.resync))
        _ = state.chose("a", nil, now: 0)
        #expect(state.details.count == 0)
        _ = state.chose("nobody", details("web"), now: 0)
        #expect(state.details.count == 0)
        _ = state.chose("a", details("web"), now: 0)
        state.left("a")
        #expect(state.details.count == 0 && !state.isAnyoneOwed)
    }

    @Test func `snapshots of details and others take turns`() {
        var state = make()
        for id in ["a", "b"] {
            state.joined(id, .all, since: nil)
            _ = state.chose(id, details(id), now: 0)
        }
        var parts: [SamplePart] = []
        while let group = state.nextOwed(where: { _ in true }) {
            parts.append(group.selection.part)
            state.caughtUp(group.members, group.selection.part)
        }
        #expect(parts.count == 3)
        #expect(parts.prefix(2).contains(.whole) && parts.prefix(2).contains(.details))
    }

    @Test func `nothing gathers while nobody is told, and what came is at hand all the same`() {
        var state = make()
        state.joined("a", .all, since: nil)
        let none = state.changed([emission(1, "web")], now: 0, at: Self.now)
        #expect(none == nil)
        #expect(state.seq == 1)
        #expect(state.takePending(now: 0) == [])
        #expect(state.missed(by: "a", after: 0, now: 0)?.map(\.name) == ["dUpdates"])
    }

    @Test func `what gathered goes out before a client pauses or selects something else`() {
        var state = make()
        for id in ["a", "b"] { tell(id, in: &state) }
        _ = state.changed([emission(1, "web")], now: 0, at: Self.now)
        #expect(state.paused("a", now: 0).map { $0.receivers.sorted() } == [["a", "b"]])
        #expect(state.audiences.standing(of: "a") == .paused(since: 1))
        _ = state.changed([emission(2, "web")], now: 0, at: Self.now)
        #expect(state.subscribed("b", selection("db"), now: 0).map(\.receivers) == [["b"]])
        #expect(state.audiences.standing(of: "b") == .owed(.subscribe))
    }

    @Test func `who comes back from a pause is sent what it missed, and others what gathered`() throws {
        var state = make()
        for id in ["a", "b"] { tell(id, in: &state) }
        _ = state.paused("a", now: 0)
        _ = state.changed([emission(1, "web")], now: 0, at: Self.now)
        #expect(state.resumed("a") == .missed(after: 0))
        let events = try #require(state.missed(by: "a", after: 0, now: 0))
        let deliveries = state.catchUp("a", with: events, now: 0)
        #expect(deliveries.map(\.receivers) == [["b"], ["a"]])
        #expect(state.audiences.standing(of: "a") == .told)
    }

    @Test func `who missed nothing is told so`() throws {
        var state = make()
        tell("a", in: &state)
        _ = state.paused("a", now: 0)
        _ = state.resumed("a")
        let deliveries = state.catchUp("a", with: [], now: 0)
        #expect(deliveries.map { $0.event.arguments.first } == [Array("[]".utf8)])
    }

    @Test func `an older snapshot is followed by what came since, unless that is a gap, or too long`() {
        var state = make()
        tell("a", in: &state)
        _ = state.changed([emission(1, "web"), emission(2, "db"), emission(3, "web")], now: 0, at: Self.now)
        func since(_ seq: UInt64, _ selection: Selection = .all, maxBytes: Int = 1000) -> [String]? {
            state.since(seq, for: selection, maxBytes: maxBytes, now: 0)?.compactMap { event in
                event.arguments.first.map { String(decoding: $0, as: UTF8.self) }
            }
        }
        #expect(since(3) == [])
        #expect(since(1) == [#"[{"id":"db:top:2"},{"id":"web:top:3"}]"#])
        #expect(since(0, selection("web")) == [#"[{"id":"web:top:1"},{"id":"web:top:3"}]"#])
        // Two samples of 17 and 18 bytes, and a comma for each.
        #expect(since(1, maxBytes: 37) != nil)
        #expect(since(1, maxBytes: 36) == nil)
        let key = Emission.RemovedKey(key: "sa:{web}:top", host: "web", probe: "top")
        _ = state.changed([Emission(seq: 4, kind: .resync(keys: [key]))], now: 0, at: Self.now)
        #expect(since(3) == nil)
        #expect(since(3, selection("db")) == [])
    }

    @Test func `a gap leaves a snapshot owed, and what was missed across it cannot be told`() {
        var state = make()
        tell("a", in: &state)
        let key = Emission.RemovedKey(key: "sa:{web}:top", host: "web", probe: "top")
        _ = state.changed([Emission(seq: 1, kind: .resync(keys: [key]))], now: 0, at: Self.now)
        #expect(state.takePending(now: 0) == [])
        #expect(state.audiences.standing(of: "a") == .owed(.resync))
        #expect(state.missed(by: "a", after: 0, now: 0) == nil)
    }

    @Test func `who was here before is served from this run's emissions, else from the window once that is read`() {
        var state = make()
        let mark: [String: KeyMark?] = ["sa:{web}:top": nil]
        for (id, since) in [
            ("same", StreamPosition(epoch: "run", seq: 7)), ("other", StreamPosition(epoch: "x", seq: 7)),
            ("marked", StreamPosition(epoch: "x", seq: 7, marks: mark)),
            ("both", StreamPosition(epoch: "run", seq: 7, marks: mark)),
        ] {
            state.joined(id, .all, since: since)
        }
        #expect(state.returning("same", isLive: false) == .emissions(after: 7))
        #expect(state.returning("same", isLive: false, isBeyondHistory: true) == .window)
        #expect(state.returning("other", isLive: false) == .window)
        #expect(state.returning("marked", isLive: true) == .window)
        #expect(state.returning("marked", isLive: false) == .later(.seconds(5)))
        #expect(state.returning("both", isLive: false, isBeyondHistory: true) == .later(.seconds(5)))
        state.caughtUp(["same"])
        #expect(state.returning("same", isLive: true) == .notWaiting)
        #expect(state.returning("nobody", isLive: true) == .notWaiting)
    }

    @Test func `missed events are sent where they are few, or fewer than a snapshot`() {
        let state = make()
        #expect(state.areWorthSending(64 * 1024) { 0 })
        #expect(!state.areWorthSending(64 * 1024 + 1) { 64 * 1024 })
        #expect(state.areWorthSending(64 * 1024 + 1) { 1 << 20 })
        #expect(!state.areWorthSending(1 << 20 + 1) { .max })
    }
}
