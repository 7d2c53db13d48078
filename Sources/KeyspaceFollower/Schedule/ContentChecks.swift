internal import NIOCore

/// When keys are read in full although nothing asks for it: counts and events do not show every change.
///
/// Keys in doubt come first. The others take turns, as fast as a budget of bytes allows, so that needless reads stay a
/// small part of what Redis and the follower do. Each key is read at most once in an interval. Where events come, a key
/// without one since its last read has no turn. Keys that are being written to have a small budget of their own: they
/// need to be right once the writes have ended, not before.
struct ContentChecks {
    /// What one interval may read.
    struct Budget: Equatable {
        /// Bytes of keys in doubt.
        var doubtful = 160 << 20
        /// Bytes of all other keys.
        var others = 5 << 20
        /// Bytes of those among them that are being written to.
        var busy = 640 << 10

        static let notified = Budget()
        /// Without events nothing casts doubt. With ordinary sizes, all keys are read within two intervals.
        static let polling = Budget(others: 20 << 20)
        /// Where the effect of each write is known, no key is read in turn.
        static let exact = Budget(others: 0, busy: 0)
    }

    /// An interval has this many parts, over which the reads are spread.
    static let ticks = 20

    private var doubtful: [String: Bool] = [:]
    /// All keys, beginning with the one that was read longest ago. May hold some that are gone, or came again.
    private var turns = CircularBuffer<String>()
    private var doubtfulLeft = 0
    private var othersLeft = 0
    private var busyLeft = 0

    /// - Parameter atOnce: also if it was read a moment ago.
    mutating func suspect(_ key: String, atOnce: Bool = false) {
        doubtful[key] = atOnce || doubtful[key] == true
    }

    /// How many names it holds: not many more than keys are followed, whoever comes and goes.
    var count: Int { turns.count }

    /// A key is followed from now on.
    mutating func added(_ key: String, to cursors: [String: KeyCursor]) {
        if turns.count > 2 * cursors.count + 1024 {
            var (kept, known) = (CircularBuffer<String>(), Set<String>())
            for key in turns where cursors[key] != nil && known.insert(key).inserted { kept.append(key) }
            turns = kept
        }
        turns.append(key)
    }

    /// The keys to be read now.
    ///
    /// - Parameter isNotified: whether events tell of changes.
    mutating func due(
        now: NIODeadline, interval: TimeAmount, budget: Budget, isNotified: Bool, _ cursors: [String: KeyCursor]
    ) -> [String] {
        // What a large key took beyond the budget is subtracted from the next parts.
        doubtfulLeft = min(doubtfulLeft, 0) + budget.doubtful / Self.ticks
        othersLeft = min(othersLeft, 0) + budget.others / Self.ticks
        busyLeft = min(busyLeft, 0) + budget.busy / Self.ticks
        // An interval, less what a tick and the read take.
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
    /// About how many bytes a read of the whole window takes.
    fileprivate var bytes: Int { 512 + window.count * (averageRowBytes + 64) }
}
