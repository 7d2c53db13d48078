/// When the sessions of a server that is about to end are sent away: a few at a time, so that their clients do not all
/// come to another server at once.
///
/// ```
///   0 ─────────── 1/4 ──────────────────────────────── 3/4 ────────── 1
///   all may stay:      fewer and fewer may stay              nobody: the last
///   load balancers                                           are leaving
///   learn of the end
/// ```
struct DrainPlan: Equatable {
    /// How many sessions there were when it began.
    let sessions: Int
    let start: ContinuousClock.Instant
    let duration: Duration

    /// How often to look. So a tenth of a second's share of the sessions leaves at a time.
    static let step = Duration.milliseconds(100)

    /// How many sessions may be left at that time.
    func mayStay(at now: ContinuousClock.Instant) -> Int {
        let share = (now - start - duration / 4) / (duration / 2)
        guard share > 0 else { return sessions }
        // Rounded up: a session leaves when its share of the time is over, not before.
        return max(0, Int((Double(sessions) * (1 - share)).rounded(.up)))
    }

    /// Whether the server may end: nobody is left, and others had time to learn of the end; or the time is up.
    func isOver(at now: ContinuousClock.Instant, sessions: Int) -> Bool {
        let elapsed = now - start
        return elapsed >= duration || sessions == 0 && elapsed >= duration / 4
    }
}
