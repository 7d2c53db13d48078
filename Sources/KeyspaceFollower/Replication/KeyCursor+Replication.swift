internal import StreamAssembly

extension KeyCursor {
    /// What came of a write whose exact effect is known.
    enum Application: Equatable {
        case applied
        /// The key does not exist any more.
        case absent
        /// Its effect depends on members that are not known: the set has to be read.
        case unknown
    }

    /// Applies a write to what is believed, which must be what the set was right before it.
    ///
    /// - Parameter ceiling: the highest score that is taken now.
    mutating func apply(
        _ command: SortedSetCommand, ceiling: Double = .infinity, into changes: inout [Change]
    ) -> Application {
        bounds.ceiling = ceiling
        // They are all reported as they are written: a look finds no new ones.
        beyond.ceiling = ceiling
        // The members beyond the ceiling are not known one by one.
        if !beyond.isEmpty, command.dependsOnUnknownMembers { return .unknown }
        var ledger = ChangeLedger(key: key)
        let isKnown = apply(command, to: &ledger)
        // Also where it is not known: a part of it was applied to the window, and the read compares with that.
        ledger.finish()
        if window.isEmpty, window.floor == nil, isKnown, beyond.isEmpty {
            // With its last member the key is gone. Removals are not reported one by one then.
            for case .added(_, let rows) in ledger.changes { changes.append(.added(key: key, rows: rows)) }
            changes.append(.gone(key: key))
            return .absent
        }
        changes += ledger.changes
        return isKnown && !(window.isEmpty && beyond.isEmpty) ? .applied : .unknown
    }

    private mutating func apply(_ command: SortedSetCommand, to ledger: inout ChangeLedger) -> Bool {
        switch command {
        case .add(let pairs, let condition):
            for pair in pairs where !add(pair, condition, to: &ledger) { return false }
            return true
        case .increment(let member, let amount):
            return increment(member, by: amount, to: &ledger)
        case .remove(let members):
            for member in members {
                guard let index = window.index(ofHash: MemberHash.hash(member)) else { continue }
                ledger.removed(window.remove(at: index..<index + 1))
            }
            return true
        case .trim(let newest):
            guard window.count >= newest else { return true }
            guard forget(first: window.count - newest, to: &ledger) else { return false }
            window.becameWhole()
            return true
        case .removeScores(let range):
            return remove(range, to: &ledger)
        case .popLowest(let count):
            // Below the floor there are others, which leave first.
            return window.floor == nil && forget(first: min(count, window.count), to: &ledger)
        case .popHighest(let count):
            let first = max(0, window.count - count)
            guard !window.cutsEqualScores(at: first) else { return false }
            ledger.removed(window.remove(at: first..<window.count))
            return true
        case .delete:
            window = KeyWindow(capacity: perKey)
            beyond = BeyondCeiling()
            return true
        case .unclear:
            return false
        }
    }

    private mutating func add(
        _ pair: SortedSetCommand.Pair, _ condition: SortedSetCommand.Condition, to ledger: inout ChangeLedger
    ) -> Bool {
        let row = Row(score: pair.score, member: pair.member, memberHash: MemberHash.hash(pair.member))
        guard let index = window.index(ofHash: row.memberHash) else {
            // A member that is not in the window may be in the set, unless the window is the whole set.
            if !condition.isEmpty, window.floor != nil { return false }
            return condition.contains(.present) || insert(row, to: &ledger)
        }
        let old = window.items[index].score
        if row.score == old || condition.contains(.absent) { return true }
        if condition.contains(.greater), row.score < old { return true }
        if condition.contains(.less), row.score > old { return true }
        ledger.removed(window.remove(at: index..<index + 1))
        return insert(row, to: &ledger)
    }

    private mutating func increment(
        _ member: [UInt8], by amount: Double, to ledger: inout ChangeLedger
    ) -> Bool {
        let hash = MemberHash.hash(member)
        guard let index = window.index(ofHash: hash) else {
            guard window.floor == nil else { return false }
            return insert(Row(score: amount, member: member, memberHash: hash), to: &ledger)
        }
        let score = window.items[index].score + amount
        guard !score.isNaN else { return false }
        return add(.init(score: score, member: member), [], to: &ledger)
    }

    /// False where it depends on the order of members with one score which of them are ours.
    private mutating func insert(_ row: Row, to ledger: inout ChangeLedger) -> Bool {
        if row.score > bounds.ceiling {
            beyond.next = min(beyond.next ?? row.score, row.score)
            beyond.count += 1
            ledger.added(row)
            return true
        }
        if window.isUndecided(row) { return false }
        guard window.isOurs(row) else { return true }
        guard window.canPlace(row) else { return false }
        ledger.added(row)
        ledger.crowdedOut(window.insert(row))
        return true
    }

    private mutating func remove(_ range: ScoreRange, to ledger: inout ChangeLedger) -> Bool {
        let indices = window.indices(in: range)
        // What leaves from the bottom up was trimmed.
        if indices.lowerBound == 0, range.isAboveFrom(0) {
            ledger.trimmed(window.forget(first: indices.count))
        } else {
            ledger.removed(window.remove(at: indices))
        }
        if range.isAboveFrom(-.infinity), let floor = window.floor, range.isBelowTo(floor.score) {
            window.becameWhole()
        }
        return true
    }

    /// False where the cut would go through members with one score: their order is not kept.
    private mutating func forget(first count: Int, to ledger: inout ChangeLedger) -> Bool {
        guard !window.cutsEqualScores(at: count) else { return false }
        ledger.trimmed(window.forget(first: count))
        return true
    }
}

/// Gathers what one write did to one key, in order.
private struct ChangeLedger {
    let key: String
    private(set) var changes: [Change] = []
    private var pending: [Row] = []
    /// They leave before those come that take their places.
    private var leaving: [RowID] = []

    init(key: String) {
        self.key = key
    }

    mutating func added(_ row: Row) { pending.append(row) }

    mutating func removed(_ rows: [RowID]) {
        if rows.isEmpty { return }
        finish()
        changes.append(.removed(key: key, rows: rows))
    }

    mutating func trimmed(_ rows: [RowID]) {
        if rows.isEmpty { return }
        finish()
        changes.append(.trimmed(key: key, rows: rows))
    }

    /// There is no room for them any more.
    mutating func crowdedOut(_ rows: [RowID]) {
        for row in rows {
            // Mostly it is an old one. It may be new as well: then it has not come.
            if let index = pending.firstIndex(where: { RowID($0) == row }) {
                pending.remove(at: index)
            } else {
                leaving.append(row)
            }
        }
    }

    mutating func finish() {
        if !leaving.isEmpty { changes.append(.trimmed(key: key, rows: leaving)) }
        leaving = []
        if pending.isEmpty { return }
        changes.append(.added(key: key, rows: pending.sorted { $0.score < $1.score }))
        pending = []
    }
}
