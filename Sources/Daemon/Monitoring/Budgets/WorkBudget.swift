/// How much work one client, or one address, may cause: a number of units in a second on average, and more in a burst.
/// A unit is about a microsecond of the event loop.
///
/// While anything is left, work of any size is granted. Then the debt is paid off with time: a large request is served,
/// and the next one has to wait. A client that goes on asking while nothing is left is in excess after a while.
struct WorkBudget: Sendable, Equatable {
    typealias Instant = ContinuousClock.Instant

    enum Verdict: Sendable, Equatable {
        case granted
        /// Not now. Try again after this many seconds.
        case busy(retryAfter: Int)
        /// It was refused again and again.
        case excess
    }

    /// Units in a second, and in a burst.
    struct Rate: Sendable, Equatable {
        let perSecond: Double
        let burst: Double

        /// In the long run a fiftieth of a core's time.
        static let client = Rate(perSecond: 20_000, burst: 60_000)
        /// For all clients and requests of an address.
        static let address = Rate(perSecond: 80_000, burst: 240_000)
    }

    /// How many refusals are answered, in a burst and in a second, before it counts as excess.
    private static let refusals = Rate(perSecond: 5, burst: 100)

    private let rate: Rate
    private var left: Double
    private var patience = Self.refusals.burst
    private var filledAt: Instant

    init(_ rate: Rate, now: Instant) {
        self.rate = rate
        left = rate.burst
        filledAt = now
    }

    /// Asks for work of that size.
    mutating func ask(_ units: Double, now: Instant) -> Verdict {
        fill(now: now)
        if left > 0 {
            left -= units
            return .granted
        }
        return refused()
    }

    /// Refuses work for another reason than its size. Who goes on asking is in excess all the same.
    mutating func refuse(now: Instant) -> Verdict {
        fill(now: now)
        return refused()
    }

    private mutating func refused() -> Verdict {
        guard patience >= 1 else { return .excess }
        patience -= 1
        return .busy(retryAfter: wait)
    }

    /// Pays for work that was done without asking first.
    mutating func pay(_ units: Double, now: Instant) {
        fill(now: now)
        left -= units
    }

    /// Whether work would be granted.
    mutating func hasLeft(now: Instant) -> Bool {
        fill(now: now)
        return left > 0
    }

    /// Whether it is full, like a new one, so that it need not be remembered.
    mutating func isFull(now: Instant) -> Bool {
        fill(now: now)
        return left >= rate.burst && patience >= Self.refusals.burst
    }

    private var wait: Int { max(1, Int((-left / rate.perSecond).rounded(.up))) }

    private mutating func fill(now: Instant) {
        let elapsed = (now - filledAt).seconds
        guard elapsed > 0 else { return }
        left = min(rate.burst, left + elapsed * rate.perSecond)
        patience = min(Self.refusals.burst, patience + elapsed * Self.refusals.perSecond)
        filledAt = now
    }
}
