internal import NIOCore

/// When keys are read in full although nothing asks for it: counts and events do not see every change.
///
/// Keys in doubt come first; the others take turns, as fast as a budget of bytes allows, so that what is read for nothing
/// stays a small part of what Redis and the follower do. Each is read at most once in an interval. Where events tell of
/// changes, a key of which they told nothing since it was read has no turn; those that are being written to have a small
/// budget of their own, as they have to be right once the writes have ended and not before.
struct ContentChecks {
    /// What one interval may read.
    struct Budget: Equatable {
        /// Of keys in doubt.
        var doubtful = 160 << 20
        /// Of all others.
        var others = 5 << 20
        /// Of those among them that are being written to.
        var busy = 640 << 10

        static let notified = Budget()
        /// Nothing casts doubt where nothing is told: twice the interval has to do for ordinary sizes.
        static let polling = Budget(others: 20 << 20)
    }

    /// Parts of an interval: what is due is spread over it.
    static let ticks = 20

    private var doubtful: [String: Bool] = [:]
    /// All keys, the one first that was read longest ago; may name keys that are no more.
    private var turns = CircularBuffer<String>()
    private var doubtfulLeft = 0
    private var othersLeft = 0
    private var busyLeft = 0

    /// - Parameter atOnce: though it was read a moment ago.
    mutating func suspect(_ key: String, atOnce: Bool = false) {
        doubtful[key] = atOnce || doubtful[key] == true
    }

    mutating func added(_ key: String) { turns.append(key) }

    /// The keys to be read now.
    ///
    /// - Parameter isNotified: whether events tell of changes.
    mutating func due(
        now: NIODeadline, interval: TimeAmount, budget: Budget, isNotified: Bool, _ cursors: [String: KeyCursor]
    ) -> [String] {
        // What a large key took too much is missing from what follows.
        doubtfulLeft = min(doubtfulLeft, 0) + budget.doubtful / Self.ticks
        othersLeft = min(othersLeft, 0) + budget.others / Self.ticks
        busyLeft = min(busyLeft, 0) + budget.busy / Self.ticks
        // Together with what a tick and the reading take, an interval.
        let rest = interval - .nanoseconds(interval.nanoseconds / 5)
        var keys: [String] = []
        func isRested(_ cursor: KeyCursor) -> Bool { cursor.doubt.lastRead.map { now - $0 >= rest } ?? true }
        for (key, isAtOnce) in doubtful {
            guard let cursor = cursors[key], cursor.doubt.isDoubtful else {
                doubtful[key] = nil
                continue
            }
            guard doubtfulLeft > 0 else { break }
            guard isAtOnce || isRested(cursor) else { continue }
            doubtfulLeft -= cursor.bytes
            doubtful[key] = nil
            keys.append(key)
        }
        var turnsLeft = min(turns.count, 512)
        while othersLeft > 0, turnsLeft > 0, let key = turns.popFirst() {
            turnsLeft -= 1
            guard let cursor = cursors[key] else { continue }
            turns.append(key)
            guard isRested(cursor), !isNotified || cursor.doubt.isTouched || cursor.doubt.lastRead == nil else {
                continue
            }
            if cursor.doubt.isBusy(now: now) {
                guard busyLeft > 0 else { continue }
                busyLeft -= cursor.bytes
            } else {
                othersLeft -= cursor.bytes
            }
            keys.append(key)
        }
        return keys
    }
}

extension KeyCursor {
    /// About what a reading of the whole window takes.
    fileprivate var bytes: Int { 512 + window.count * (averageRowBytes + 64) }
}
