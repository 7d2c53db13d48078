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

    init(_ limits: ServerLimits, now: Instant) {
        self.limits = limits
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

    mutating func requestEnded(now: Instant) {
        isRead = true
        proceed(now)
    }

    /// An answer may come before the request is whole: then what is left of it still has its time.
    mutating func responseEnded(now: Instant) {
        isAnswered = true
        proceed(now)
    }

    /// The last answer is written or on its way: the peer has this long to take it.
    mutating func closing(within time: Duration, now: Instant) {
        phase = .rest
        deadline = now + time
    }

    private mutating func proceed(_ now: Instant) {
        guard isRead else { return }
        deadline = isAnswered ? now + limits.idleTimeout : nil
        if isAnswered { phase = .rest }
    }
}
