/// How long an HTTP connection may take for what it is at (slow headers, slow bodies, idle keep-alive).
struct RequestDeadline: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    private let limits: ServerLimits
    /// When the connection is to be closed; nil while the answer is the server's turn.
    private(set) var deadline: Instant?

    init(_ limits: ServerLimits, now: Instant) {
        self.limits = limits
        deadline = now + limits.headerTimeout
    }

    mutating func headReceived(now: Instant) { deadline = now + limits.requestTimeout }

    mutating func requestEnded() { deadline = nil }

    mutating func responseEnded(now: Instant) { deadline = now + limits.idleTimeout }
}
