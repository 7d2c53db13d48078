import CollectorAgent
import Testing

struct ExecScheduleTests {
    private func running(intervalMs: Int64 = 1000) -> ExecSchedule {
        var schedule = ExecSchedule(intervalMs: intervalMs, nowMs: 0)
        schedule.started(nowMs: 0)
        return schedule
    }

    @Test func `starts at once, and again at the next interval after the command has ended`() {
        var schedule = ExecSchedule(intervalMs: 1000, nowMs: 5)
        let first = schedule.next(nowMs: 5)
        schedule.started(nowMs: 5)
        schedule.heard(nowMs: 10)
        schedule.ended(hasFailed: false, nowMs: 20)
        let waiting = schedule.next(nowMs: 20)
        let second = schedule.next(nowMs: 1005)
        #expect((first, waiting, second) == (.start, .wait(untilMs: 1005), .start))
    }

    @Test func `leaves out intervals that a slow command took`() {
        var schedule = running()
        schedule.ended(hasFailed: false, nowMs: 2300)
        let next = schedule.next(nowMs: 2300)
        #expect(next == .wait(untilMs: 3000))
    }

    @Test func `waits longer after each failure, a minute at most, and no longer after a success`() {
        var schedule = ExecSchedule(intervalMs: 100, nowMs: 0)
        var now: Int64 = 0
        var pauses: [Int64] = []
        for _ in 0..<9 {
            schedule.started(nowMs: now)
            schedule.ended(hasFailed: true, nowMs: now)
            guard case .wait(let until?) = schedule.next(nowMs: now) else { break }
            pauses.append(until - now)
            now = until
        }
        schedule.started(nowMs: now)
        schedule.ended(hasFailed: false, nowMs: now + 1)
        let after = schedule.next(nowMs: now + 1)
        #expect(pauses == [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000])
        #expect(after == .wait(untilMs: now + 100))
    }

    @Test func `ends a command that is silent, softly first`() {
        var schedule = running()
        schedule.heard(nowMs: 500)
        let actions = [30_499, 30_500, 30_501, 32_500, 40_000].map { schedule.next(nowMs: $0) }
        #expect(actions == [.wait(untilMs: 30_500), .terminate, .wait(untilMs: 32_500), .kill, .wait(untilMs: nil)])
        schedule.ended(hasFailed: false, nowMs: 40_000)
        let next = schedule.next(nowMs: 40_000)
        #expect(next == .wait(untilMs: 41_000))
    }

    @Test func `lets a command be silent for three intervals where these are long`() {
        var schedule = running(intervalMs: 60_000)
        let next = schedule.next(nowMs: 1)
        #expect(next == .wait(untilMs: 180_000))
    }

    @Test func `ends the command before it finishes`() {
        var schedule = running()
        schedule.stop()
        let first = schedule.next(nowMs: 10)
        schedule.ended(hasFailed: false, nowMs: 11)
        let second = schedule.next(nowMs: 11)
        #expect((first, second) == (.terminate, .finish))
    }

    @Test func `takes ten lines a second and counts the others`() {
        var allowance = ExecAllowance.lines
        var taken = 0
        for ms in 0..<2000 where allowance.take(nowMs: Int64(ms)) { taken += 1 }
        #expect(taken == 29)
        #expect(allowance.refused == 1971)
        let later = allowance.take(nowMs: 60_000)
        #expect(later)
    }

    @Test func `a clock that stands still or goes back gives nothing`() {
        var allowance = ExecAllowance(burst: 1, refillMs: 10)
        let taken = [100, 100, 50, 109].map { allowance.take(nowMs: $0) }
        #expect(taken.first == true && taken.filter { $0 }.count <= 2)
    }
}
