internal import NIOCore

/// Rounds of reads that events ask for. A round takes all keys that are urgent when it begins, in one batch or several.
/// The more work a round was, the longer the next one waits.
struct Rounds {
    private let ticks: TickPolicy
    private var next: NIODeadline
    private var isRunning = false
    /// Keys of this round that are not taken yet.
    private var left = 0
    private var work = TimeAmount.nanoseconds(0)
    /// How many have ended.
    private(set) var count: UInt64 = 0

    init(maxTick: TimeAmount, now: NIODeadline) {
        ticks = TickPolicy(maximum: maxTick)
        next = now
    }

    /// When the next round may begin, or this one go on.
    var due: NIODeadline { next }

    /// The connection is up: the first round need not wait.
    mutating func connected(now: NIODeadline) { next = now }

    /// Begins a round of `urgent` keys, or goes on with the one that has begun. Gives how many keys it may still take.
    mutating func begin(urgent: Int) -> Int {
        if left == 0 { left = urgent }
        isRunning = true
        return left
    }

    mutating func took(_ keys: Int) { left -= keys }

    /// All looks of a batch are over; `work` is how long they kept this process busy.
    mutating func batchEnded(work batch: TimeAmount, now: NIODeadline) {
        guard isRunning else { return }
        work = work + batch
        guard left == 0 else { return }
        isRunning = false
        count += 1
        next = now + ticks.wait(afterWork: work)
        work = .nanoseconds(0)
    }

    /// The connection was lost.
    mutating func abandon() { (isRunning, left, work) = (false, 0, .nanoseconds(0)) }
}

/// How long to gather events before the next round: not at all while rounds are cheap, longer as the rate grows, so
/// that one read serves many events.
struct TickPolicy: Equatable {
    let maximum: TimeAmount
    /// Work below this costs no wait.
    private static let free = TimeAmount.milliseconds(1)

    /// `work` is the time the last round kept this process busy, without waiting for Redis.
    func wait(afterWork work: TimeAmount) -> TimeAmount {
        guard work > Self.free else { return .nanoseconds(0) }
        let wait = min(work - Self.free, maximum) * 10
        return min(wait, maximum)
    }
}
