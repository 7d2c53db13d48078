/// How long an HTTP connection may take for what it is at (slow headers, slow bodies, idle keep-alive).
struct RequestDeadline: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    /// What the peer is to do in time.
    enum Phase: Sendable, Equatable { case header, body, rest }

    private let limits: ServerLimits
    private(set) var phase: Phase = .header
    /// When the connection is to be closed; nil while the answer is the server's turn.
    private(set) var deadline: Instant?

    init(_ limits: ServerLimits, now: Instant) {
        self.limits = limits
        deadline = now + limits.headerTimeout
    }

    mutating func headReceived(now: Instant) {
        phase = .body
        deadline = now + limits.requestTimeout
    }

    mutating func requestEnded() { deadline = nil }

    mutating func responseEnded(now: Instant) {
        phase = .rest
        deadline = now + limits.idleTimeout
    }
}
