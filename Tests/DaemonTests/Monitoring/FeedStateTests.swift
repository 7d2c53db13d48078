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
