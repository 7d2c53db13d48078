internal import NIOCore

/// Rounds of reads that events ask for. A round takes as many keys as are urgent when it begins, in one batch or several:
/// those whose turn it is, also where they came meanwhile.
///
/// The more work a round was, the longer those of its keys rest for which many events had come. One read of such a
/// key serves many events, so that rest saves work. It would save nothing for keys that are written to once in a while:
/// they are read at once, however many they are, and beside whatever flood of another key.
struct Rounds {
    /// Events of additions between two looks at a key, up to which it is not busy.
    private static let calm = 4
    private static let hurriedRest = TimeAmount.milliseconds(10)

    private let ticks: TickPolicy
    private var isRunning = false
    /// Keys of this round that are not taken yet.
    private var left = 0
    /// Those that were taken for several events.
    private var busy: [String] = []
    /// One of them would outrun its window if it rested for long.
    private var isHurried = false
    private var work = TimeAmount.nanoseconds(0)
    /// When the rest ends of all keys that rest.
    private(set) var restEnds: NIODeadline
    /// How many have ended.
    private(set) var count: UInt64 = 0
    /// The number of the one that began last.
    private(set) var begun: UInt64 = 0

    init(maxTick: TimeAmount, now: NIODeadline) {
        ticks = TickPolicy(maximum: maxTick)
        restEnds = now
    }

    /// Begins a round of `urgent` keys, or goes on with the one that has begun. Gives how many keys it may still take.
    mutating func begin(urgent: Int) -> Int {
        if left == 0 {
            left = urgent
            begun += 1
        }
        isRunning = true
        return left
    }

    /// - Parameter additions: how many events of additions came for the key since the last look.
    mutating func took(_ key: String, additions: Int) {
        left -= 1
        if additions > Self.calm { busy.append(key) }
    }

    /// A look brought so much that a long rest would bring more than a window holds, and clients a snapshot in place of
    /// changes.
    mutating func hurry() { isHurried = true }

    /// All looks of a batch are over; `work` is how long they kept this process busy.
    ///
    /// - Returns: the keys that rest from now on, until ``restEnds``.
    mutating func batchEnded(work batch: TimeAmount, now: NIODeadline) -> [String] {
        guard isRunning else { return [] }
        work = work + batch
        guard left == 0 else { return [] }
        defer { (work, busy, isHurried) = (.nanoseconds(0), [], false) }
        isRunning = false
        count += 1
        let wait = min(ticks.wait(afterWork: work), isHurried ? Self.hurriedRest : ticks.maximum)
        guard !busy.isEmpty, wait > .nanoseconds(0) else { return [] }
        // Those that rest already are not kept from their turn by others.
        if restEnds <= now { restEnds = now + wait }
        return busy
    }

    /// The connection was lost, or a new one is up: no key rests.
    mutating func abandon(now: NIODeadline) {
        (isRunning, left, work, busy, isHurried, restEnds) = (false, 0, .nanoseconds(0), [], false, now)
    }
}

/// How long to gather events of a busy key: not at all while rounds are cheap, longer as the rate grows, so that one read
/// serves many events.
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
