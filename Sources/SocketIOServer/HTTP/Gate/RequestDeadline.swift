/// How long an HTTP connection may take for its current step (slow headers, slow bodies, idle keep-alive).
struct RequestDeadline: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    /// What the peer has to do in time.
    enum Phase: Sendable, Equatable { case header, body, rest }

    private let limits: ServerLimits
    private(set) var phase: Phase = .header
    /// When to close the connection; nil while it is the server's turn to answer.
    private(set) var deadline: Instant?
    private var isRead = false
    private var isAnswered = false
    /// How long the peer may do nothing once it has taken all answers.
    private var restTime: Duration
    /// How much it had not taken at the last check.
    private var untaken: Int?

    init(_ limits: ServerLimits, now: Instant) {
        self.limits = limits
        restTime = limits.idleTimeout
        deadline = now + limits.headerTimeout
    }

    /// The first bytes of another request have come.
    mutating func headerBegan(now: Instant) {
        guard phase == .rest else { return }
        phase = .header
        deadline = now + limits.headerTimeout
    }

    mutating func headReceived(now: Instant) {
        (isRead, isAnswered) = (false, false)
        phase = .body
        deadline = now + limits.requestTimeout
    }

    /// The rest of the request that is being read has less time than others.
    mutating func endBody(by limit: Instant) {
        guard phase == .body, let deadline else { return }
        self.deadline = min(deadline, limit)
    }

    mutating func requestEnded(now: Instant) {
        isRead = true
        proceed(now)
    }

    /// An answer may come before the request is complete. The rest of the request keeps its deadline then.
    mutating func responseEnded(now: Instant) {
        isAnswered = true
        proceed(now)
    }

    /// The last answer is written or about to be. The peer has this long to take it, and longer while it takes some of
    /// it.
    mutating func closing(within time: Duration, now: Instant) {
        rest(for: time, now)
    }

    /// The deadline for an idle connection is reached. Returns whether to close it. A peer that takes an answer bit by
    /// bit is not idle, so whether it takes anything is checked again and again.
    mutating func restEnds(untaken: Int, now: Instant) -> Bool {
        let before = self.untaken
        self.untaken = untaken > 0 ? untaken : nil
        if untaken > 0 {
            deadline = now + limits.writeTimeout
            return before.map { untaken >= $0 } ?? false
        }
        deadline = now + restTime
        return before == nil
    }

    private mutating func rest(for time: Duration, _ now: Instant) {
        phase = .rest
        restTime = time
        untaken = nil
        deadline = now + time
    }

    private mutating func proceed(_ now: Instant) {
        guard isRead else { return }
        if isAnswered { rest(for: limits.idleTimeout, now) } else { deadline = nil }
    }
}
