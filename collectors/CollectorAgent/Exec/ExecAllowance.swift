/// How much a command may say: so many at once, as many each so often, the rest is counted. Time is an argument.
package struct ExecAllowance: Sendable, Equatable {
    package let burst: Int
    /// Until one more is allowed.
    package let refillMs: Int64
    /// What was refused so far.
    package private(set) var refused: UInt64 = 0
    private var left: Int
    private var sinceMs: Int64?

    package init(burst: Int, refillMs: Int64) {
        self.burst = burst
        self.refillMs = max(1, refillMs)
        left = burst
    }

    /// Ten lines a second.
    package static let lines = ExecAllowance(burst: 10, refillMs: 100)
    /// One message a minute.
    package static let messages = ExecAllowance(burst: 1, refillMs: 60_000)

    package mutating func take(nowMs: Int64) -> Bool {
        let since = sinceMs ?? nowMs
        let more = max(0, nowMs - since) / refillMs
        left = Int(min(Int64(burst), Int64(left) + more))
        // What is full does not save up time.
        sinceMs = left == burst ? nowMs : since + more * refillMs
        guard left > 0 else {
            refused += 1
            return false
        }
        left -= 1
        return true
    }
}
