/// How long an HTTP connection may take for what it is at (slow headers, slow bodies, idle keep-alive).
struct RequestDeadline: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    /// What the peer is to do in time.
    enum Phase: Sendable, Equatable { case header, body, rest }

    private let limits: ServerLimits
    private(set) var phase: Phase = .header
    /// When the connection is to be closed; nil while the answer is the server's turn.
    private(set) var deadline: Instant?
    private var isRead = false
    private var isAnswered = false
    /// How long the peer may rest once it has taken all answers.
    private var restTime: Duration
    /// What it had not taken when it was last looked at.
    private var untaken: Int?

    init(_ limits: ServerLimits, now: Instant) {
        self.limits = limits
        restTime = limits.idleTimeout
        deadline = now + limits.headerTimeout
    }

    /// The first bytes of a further request are there.
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

    /// An answer may come before the request is whole: then what is left of it still has its time.
    mutating func responseEnded(now: Instant) {
        isAnswered = true
        proceed(now)
    }

    /// The last answer is written or on its way: the peer has this long, and longer while it takes some of it.
    mutating func closing(within time: Duration, now: Instant) {
        rest(for: time, now)
    }

    /// The deadline of a rest is reached: whether the connection is to be closed. Who takes an answer bit by bit does
    /// not rest; that it takes something at all is looked at again and again.
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
