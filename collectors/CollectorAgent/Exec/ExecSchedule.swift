/// Decides when a command is started and when it is ended. Times are milliseconds of a clock that is never set.
///
/// A command that has ended is started again at the next whole interval since its start, and later if it failed. A
/// command that prints nothing for too long gets SIGTERM, and two seconds later SIGKILL. At the end every command does.
package struct ExecSchedule: Sendable, Equatable {
    private enum State: Sendable, Equatable {
        case resting(untilMs: Int64)
        case running(sinceMs: Int64, heardMs: Int64)
        case ending(sinceMs: Int64, killAtMs: Int64)
        case killed(sinceMs: Int64)
        case finished
    }

    package enum Action: Sendable, Equatable {
        case start, terminate, kill, finish
        /// Nothing is due before this time; nil means nothing at all.
        case wait(untilMs: Int64?)
    }

    /// How long a command may take to end after SIGTERM.
    static let graceMs: Int64 = 2000
    private static let longestPauseMs: Int64 = 60_000

    package let intervalMs: Int64
    private var state: State
    package private(set) var isStopping = false
    private var failures = 0

    package init(intervalMs: Int64, nowMs: Int64) {
        self.intervalMs = max(1, intervalMs)
        state = .resting(untilMs: nowMs)
    }

    /// How long a command may be silent.
    package var silenceMs: Int64 { max(30_000, 3 * intervalMs) }

    /// What to do now.
    package mutating func next(nowMs: Int64) -> Action {
        switch state {
        case .resting where isStopping:
            state = .finished
            return .finish
        case .resting(let until):
            return nowMs >= until ? .start : .wait(untilMs: until)
        case .running(let since, let heard):
            guard isStopping || nowMs >= heard + silenceMs else { return .wait(untilMs: heard + silenceMs) }
            state = .ending(sinceMs: since, killAtMs: nowMs + Self.graceMs)
            return .terminate
        case .ending(let since, let killAt):
            guard nowMs >= killAt else { return .wait(untilMs: killAt) }
            state = .killed(sinceMs: since)
            return .kill
        case .killed:
            return .wait(untilMs: nil)
        case .finished:
            return .finish
        }
    }

    package mutating func started(nowMs: Int64) {
        state = .running(sinceMs: nowMs, heardMs: nowMs)
    }

    /// The command could not be started at all.
    package mutating func failedToStart(nowMs: Int64) {
        rest(sinceMs: nowMs, hasFailed: true, nowMs: nowMs)
    }

    package mutating func heard(nowMs: Int64) {
        if case .running(let since, _) = state { state = .running(sinceMs: since, heardMs: nowMs) }
    }

    /// The command has ended. `hasFailed` means a status other than 0, or no sample.
    package mutating func ended(hasFailed: Bool, nowMs: Int64) {
        switch state {
        case .running(let since, _): rest(sinceMs: since, hasFailed: hasFailed, nowMs: nowMs)
        case .ending(let since, _), .killed(let since): rest(sinceMs: since, hasFailed: true, nowMs: nowMs)
        case .resting, .finished: break
        }
    }

    package mutating func stop() {
        isStopping = true
    }

    private mutating func rest(sinceMs: Int64, hasFailed: Bool, nowMs: Int64) {
        // If it ran for long before it failed, the pauses begin anew.
        if !hasFailed || nowMs - sinceMs >= Self.longestPauseMs { failures = 0 }
        let passed = (max(0, nowMs - sinceMs) / intervalMs + 1) * intervalMs
        var until = sinceMs + passed
        if hasFailed {
            failures = min(failures + 1, 7)
            until = max(until, nowMs + min(Self.longestPauseMs, 500 << Int64(failures)))
        }
        state = .resting(untilMs: until)
    }
}
