package import NIOCore

/// When one reading passed its stations: where the time goes between a change in Redis and its emission.
package struct ReadingTimes: Sendable, Equatable {
    /// When the first event came that the reading's round answers. Where no event asked for it, this is ``asked``.
    package var heard: NIODeadline
    /// When its commands were sent to Redis. What lies before is waiting: for a round that ran, or for the tick.
    package var asked: NIODeadline
    /// When the follower had all replies.
    package var answered: NIODeadline
    /// How many keys were read.
    package var keys: Int

    package init(heard: NIODeadline, asked: NIODeadline, answered: NIODeadline, keys: Int) {
        self.heard = heard
        self.asked = asked
        self.answered = answered
        self.keys = keys
    }

    /// For changes that came without a reading, as those of the replication stream do.
    init(_ now: NIODeadline) { self.init(heard: now, asked: now, answered: now, keys: 0) }
}

/// Remembers when the first event came that a round answers. Nobody asks it unless rounds are traced.
struct RoundClock {
    private var round: UInt64 = 0
    private var running: NIODeadline?
    private var next: NIODeadline?

    /// An event came that asks for a reading. It counts for the next round, though a host's turn may come in the one that
    /// runs: then the next may seem to have waited longer than it did.
    mutating func heard(now: NIODeadline) { next = next ?? now }

    /// Keys are read for the round with this number.
    ///
    /// - Returns: when the first event came that this round answers.
    mutating func reads(round number: UInt64, now: NIODeadline) -> NIODeadline {
        if number != round { (round, running, next) = (number, next, nil) }
        return running ?? now
    }
}
