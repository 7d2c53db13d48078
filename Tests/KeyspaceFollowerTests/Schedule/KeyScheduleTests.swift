import NIOCore
import StreamAssembly
import Testing

@testable import KeyspaceFollower

@Suite struct KeyScheduleTests {
    private static let timing = FollowerTiming(
        reconcile: .seconds(5), scan: .seconds(10), poll: .milliseconds(250), content: .hours(100),
        maxTick: .milliseconds(50),
        firstRetry: .milliseconds(100), lastRetry: .seconds(5))
    private let start = NIODeadline.uptimeNanoseconds(0)

    private func make(isNotified: Bool = true, keys: [String] = []) throws -> KeySchedule {
        var schedule = KeySchedule(perKey: 10, timing: Self.timing, now: start)
        schedule.connected(isSameServer: false, isNotified: isNotified, now: start)
        #expect(schedule.next(now: start) == .scan(cursor: "0"))
        schedule.scanned(keys, next: "0", now: start)
        if !keys.isEmpty { try look(&schedule, at: start) { _ in [.rows([Self.row(1)]), .count(1)] } }
        return schedule
    }

    private static func row(_ score: Double) -> Row { SortedSetModel.row(score, Int(score)) }

    private static let unchanged: @Sendable (Look) -> [KeyAnswer] = { look in
        look.reads.count == 5
            ? [.count(0), .count(1), .rows([]), .count(0), .count(1)] : [.count(0), .count(1), .rows([])]
    }

    /// Performs the next action, which has to be a batch that is answered in one step.
    @discardableResult
    private func look(
        _ schedule: inout KeySchedule, at now: NIODeadline, work: TimeAmount = .nanoseconds(0),
        answers: (Look) -> [KeyAnswer]
    ) throws -> [Look] {
        guard case .look(let batch) = schedule.next(now: now) else {
            Issue.record("no look is due")
            return []
        }
        var changes: [Change] = []
        for look in batch.waiting {
            let progress = schedule.received(answers(look), to: look, now: now, into: &changes)
            #expect(progress.look == nil)
        }
        schedule.batchEnded(work: work, now: now)
        return batch.waiting
    }

    @Test func `is caught up once every key found was looked at`() throws {
        var schedule = KeySchedule(perKey: 10, timing: Self.timing, now: start)
        schedule.connected(isSameServer: false, isNotified: true, now: start)
        #expect(schedule.next(now: start) == .scan(cursor: "0"))
        schedule.scanned(["a"], next: "17", now: start)
        try look(&schedule, at: start) { _ in [.rows([Self.row(1)]), .count(1)] }
        #expect(!schedule.isCaughtUp)
        #expect(schedule.next(now: start) == .scan(cursor: "17"))
        schedule.scanned(["a", "b"], next: "0", now: start)
        #expect(!schedule.isCaughtUp)
        let looks = try look(&schedule, at: start) { _ in [.rows([]), .count(0)] }
        #expect(looks.map(\.key) == ["b"])
        #expect(schedule.isCaughtUp)
        #expect(Set(schedule.cursors.keys) == ["a"])
    }

    @Test func `an event during a look asks for another`() throws {
        var schedule = try make(keys: ["a"])
        #expect(schedule.eventReceived("a", .look(.probe)) == true)
        guard case .look(let batch) = schedule.next(now: start), let look = batch.waiting.first else {
            Issue.record("no look is due")
            return
        }
        #expect(schedule.eventReceived("a", .look(.full)) == true)
        var changes: [Change] = []
        _ = schedule.received(Self.unchanged(look), to: look, now: start, into: &changes)
        schedule.batchEnded(work: .nanoseconds(0), now: start)
        let again = try self.look(&schedule, at: start) { _ in [.rows([Self.row(1)]), .count(1)] }
        #expect(again.map(\.need) == [.full])
        #expect(schedule.next(now: start) == .wait(until: start + .seconds(5)))
    }

    @Test func `trims and expiry are no reason to read`() throws {
        var schedule = try make(keys: ["a"])
        #expect(schedule.eventReceived("a", .trim) == false)
        #expect(schedule.eventReceived("a", .ignore) == false)
        #expect(schedule.next(now: start) == .wait(until: start + .seconds(5)))
    }

    @Test func `gathers events of a busy key for the tick that the work asks for`() throws {
        var schedule = try make(keys: ["a"])
        #expect(schedule.eventReceived("a", .look(.probe)) == true)
        for _ in 0..<4 { #expect(schedule.eventReceived("a", .look(.probe)) == false) }
        try look(&schedule, at: start, work: .milliseconds(3), answers: Self.unchanged)
        #expect(schedule.next(now: start) == .wait(until: start + .seconds(5)))
        #expect(schedule.eventReceived("a", .look(.probe)) == true, "whoever waits has to know of the tick")
        #expect(schedule.eventReceived("a", .look(.probe)) == false)
        #expect(schedule.next(now: start) == .wait(until: start + .milliseconds(20)))
        #expect(try look(&schedule, at: start + .milliseconds(20), answers: Self.unchanged).map(\.key) == ["a"])
        #expect(schedule.roundsDone == 2)
    }

    @Test func `reads other keys at once while a flooded one rests`() throws {
        var schedule = try make(keys: ["a", "b"])
        for _ in 0..<1000 { _ = schedule.eventReceived("a", .look(.probe)) }
        try look(&schedule, at: start, work: .milliseconds(30), answers: Self.unchanged)
        let soon = start + .milliseconds(1)
        #expect(schedule.eventReceived("a", .look(.probe)) == true)
        #expect(schedule.eventReceived("b", .look(.probe)) == true)
        #expect(try look(&schedule, at: soon, answers: Self.unchanged).map(\.key) == ["b"])
        #expect(schedule.next(now: soon) == .wait(until: start + .milliseconds(50)))
        #expect(try look(&schedule, at: start + .milliseconds(50), answers: Self.unchanged).map(\.key) == ["a"])
    }

    /// The window has 10 places.
    @Test(arguments: [(2, 50), (3, 10), (9, 10)] as [(Int, Int64)])
    func `a flood that might outrun the window is read again soon`(new: Int, rest: Int64) throws {
        var schedule = try make(keys: ["a"])
        for _ in 0..<9 { _ = schedule.eventReceived("a", .look(.probe)) }
        let rows = (2..<2 + new).map { Self.row(Double($0)) }
        try look(&schedule, at: start, work: .milliseconds(30)) { _ in [.count(0), .count(1), .rows(rows)] }
        _ = schedule.eventReceived("a", .look(.probe))
        #expect(schedule.next(now: start) == .wait(until: start + .milliseconds(rest)))
    }

    @Test func `a new connection ends all rest`() throws {
        var schedule = try make(keys: ["a"])
        for _ in 0..<9 { _ = schedule.eventReceived("a", .look(.probe)) }
        try look(&schedule, at: start, work: .milliseconds(30), answers: Self.unchanged)
        _ = schedule.eventReceived("a", .look(.probe))
        schedule.disconnected()
        schedule.connected(isSameServer: true, isNotified: true, now: start)
        #expect(schedule.next(now: start) == .scan(cursor: "0"))
        schedule.scanned(["a"], next: "0", now: start)
        #expect(try look(&schedule, at: start, answers: Self.unchanged).map(\.key) == ["a"])
    }

    @Test func `reads many new keys in one pipeline, however much a key may hold`() throws {
        var schedule = KeySchedule(perKey: 100_000, timing: Self.timing, now: start)
        schedule.connected(isSameServer: false, isNotified: true, now: start)
        #expect(schedule.next(now: start) == .scan(cursor: "0"))
        schedule.scanned([], next: "0", now: start)
        for number in 0..<64 { _ = schedule.eventReceived("\(number)", .look(.probe)) }
        guard case .look(var batch) = schedule.next(now: start) else {
            Issue.record("no look is due")
            return
        }
        #expect(batch.takePipeline(maxBytes: schedule.sizes.pipelineBytes).count == 64)
    }

    @Test func `takes at most 64 keys at once and waits only between rounds`() throws {
        var schedule = try make()
        for number in 0..<100 { _ = schedule.eventReceived("\(number)", .look(.probe)) }
        let first = try look(&schedule, at: start, work: .milliseconds(9)) { _ in [.rows([]), .count(0)] }
        #expect(first.count == 64)
        #expect(schedule.roundsDone == 0)
        let second = try look(&schedule, at: start, work: .milliseconds(9)) { _ in [.rows([]), .count(0)] }
        #expect(second.count == 36)
        #expect(schedule.roundsDone == 1)
    }

    @Test func `looks at every key now and then, scans, and asks for the flags`() throws {
        var schedule = try make(keys: ["a", "b"])
        var now = start + .seconds(5)
        #expect(try look(&schedule, at: now, answers: Self.unchanged).map(\.need) == [.thorough, .thorough])
        #expect(schedule.next(now: now) == .wait(until: start + .seconds(10)))
        now = start + .seconds(10)
        #expect(schedule.next(now: now) == .check)
        #expect(schedule.next(now: now) == .scan(cursor: "0"))
        schedule.scanned(["a", "b"], next: "0", now: now)
        #expect(try look(&schedule, at: now, answers: Self.unchanged).count == 2)
        #expect(schedule.next(now: now) == .wait(until: start + .seconds(15)))
    }

    @Test func `polls where nothing is told, and stops when it is`() throws {
        var schedule = try make(isNotified: false, keys: ["a"])
        let now = start + .milliseconds(250)
        #expect(schedule.next(now: start) == .wait(until: now))
        #expect(try look(&schedule, at: now, answers: Self.unchanged).map(\.need) == [.probe])
        schedule.notificationsChecked(isNotified: true, wereLost: false, now: now)
        #expect(schedule.next(now: now) == .wait(until: start + .seconds(5)))
    }

    @Test(arguments: [(1, TimeAmount.seconds(1)), (1000, .seconds(7))])
    func `searches each second where nothing is told, a tenth of the time at most`(steps: Int, wait: TimeAmount) throws
    {
        var schedule = KeySchedule(perKey: 10, timing: Self.timing, now: start)
        schedule.connected(isSameServer: false, isNotified: false, now: start)
        for step in 1...steps {
            guard case .scan = schedule.next(now: start) else {
                Issue.record("no search is due")
                return
            }
            schedule.scanned([], next: step == steps ? "0" : "7", now: start)
        }
        var now = start
        var action = schedule.next(now: now)
        while case .wait(let until) = action {
            now = until
            action = schedule.next(now: now)
        }
        #expect(action == .scan(cursor: "0"))
        #expect(now == start + wait)
    }

    @Test func `looks at everything when notifications were lost`() throws {
        var schedule = try make(keys: ["a"])
        schedule.notificationsChecked(isNotified: true, wereLost: true, now: start)
        #expect(schedule.next(now: start) == .scan(cursor: "0"))
        schedule.scanned([], next: "0", now: start)
        #expect(try look(&schedule, at: start, answers: Self.unchanged).map(\.need) == [.thorough])
    }

    /// SWAPDB brings keys without an event, and may have brought them long before the next search.
    @Test func `searches for keys at once when something changed in silence`() throws {
        var schedule = try make(keys: ["a"])
        schedule.silentlyChanged()
        #expect(schedule.next(now: start) == .scan(cursor: "0"))
    }

    @Test(arguments: [(true, KeyNeed.thorough), (false, .full)])
    func `looks at everything after a reconnect`(isSameServer: Bool, need: KeyNeed) throws {
        var schedule = try make(keys: ["a"])
        schedule.disconnected()
        schedule.connected(isSameServer: isSameServer, isNotified: true, now: start)
        #expect(schedule.next(now: start) == .scan(cursor: "0"))
        schedule.scanned([], next: "0", now: start)
        guard case .look(let batch) = schedule.next(now: start) else {
            Issue.record("no look is due")
            return
        }
        #expect(batch.waiting.map(\.need) == [need])
    }

    @Test func `keeps a refused key dirty and backs off`() throws {
        var schedule = try make(keys: ["a"])
        _ = schedule.eventReceived("a", .look(.full))
        try look(&schedule, at: start) { _ in [.refused(code: "BUSY", message: "script"), .count(0)] }
        #expect(schedule.eventReceived("a", .look(.probe)) == false)
        let later = start + .milliseconds(100)
        #expect(schedule.next(now: start) == .wait(until: later))
        #expect(schedule.cursors["a"]?.window.count == 1)
        let looks = try look(&schedule, at: later) { _ in [.rows([Self.row(1)]), .count(1)] }
        #expect(looks.map(\.need) == [.full])
    }

    @Test func `reports a key of another type once until it changes`() throws {
        var schedule = try make()
        var reports: [Bool] = []
        for answers: [KeyAnswer] in [
            [.wrongType, .wrongType], [.wrongType, .wrongType], [.rows([Self.row(1)]), .count(1)],
            [.wrongType, .wrongType],
        ] {
            _ = schedule.eventReceived("a", .look(.full))
            guard case .look(let batch) = schedule.next(now: start), let look = batch.waiting.first else { continue }
            var changes: [Change] = []
            reports.append(schedule.received(answers, to: look, now: start, into: &changes).newWrongType)
            schedule.batchEnded(work: .nanoseconds(0), now: start)
        }
        #expect(reports == [true, false, false, true])
    }

    @Test func `finds the key that breaks the connection and lets it rest`() throws {
        var schedule = try make(keys: ["a", "b"])
        for key in ["a", "b"] { _ = schedule.eventReceived(key, .look(.probe)) }
        guard case .look(var batch) = schedule.next(now: start) else {
            Issue.record("no look is due")
            return
        }
        #expect(schedule.broke(batch.takePipeline(maxBytes: 1 << 20), now: start) == nil)
        schedule.disconnected()
        schedule.connected(isSameServer: true, isNotified: true, now: start)
        _ = schedule.next(now: start)
        schedule.scanned(["a", "b"], next: "0", now: start)
        guard case .look(var batch) = schedule.next(now: start) else {
            Issue.record("no look is due")
            return
        }
        let alone = batch.takePipeline(maxBytes: 1 << 20)
        #expect(alone.count == 1)
        let key = try #require(alone.first?.key)
        #expect(schedule.broke(alone, now: start) == key)
        #expect(schedule.eventReceived(key, .look(.full)) == false)
        schedule.disconnected()
        schedule.connected(isSameServer: true, isNotified: true, now: start)
        _ = schedule.next(now: start)
        schedule.scanned(["a", "b"], next: "0", now: start)
        #expect(try look(&schedule, at: start, answers: Self.unchanged).map(\.key) != [key])
        #expect(schedule.isCaughtUp)
    }
}
