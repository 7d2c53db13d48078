internal import StreamAssembly

/// What is known of the members of one key whose time has not come: their scores lie beyond the ceiling.
struct BeyondCeiling: Equatable {
    /// How many there were at the last look.
    var count = 0
    /// The lowest score among them, as far as it is known.
    var next: Double?
    /// The ceiling at that look.
    var ceiling: Double?

    var isEmpty: Bool { count == 0 && next == nil }
}

extension KeyCursor {
    /// How many of them are passed on one by one; of the others only the number is.
    private static let mostNamed = 64

    /// Ends a look that counted `count` members beyond the ceiling. New ones are read, so that each is reported once.
    mutating func lookBeyond(_ count: Int) -> Step {
        // The time of some has come since: as many others are new.
        let ripe = beyond.ceiling.map { window.count(in: ScoreRange(from: .excluding($0), to: .unbounded)) } ?? 0
        let new = count - max(0, beyond.count - ripe)
        (beyond.count, beyond.ceiling) = (count, bounds.ceiling)
        if count == 0 { beyond.next = nil }
        let isOver = beyond.next.map { $0 <= bounds.ceiling } ?? false
        guard count > 0, new > 0 || isOver, let range = bounds.beyond else { return finish(.current) }
        doubt.found(rows: max(0, new))
        phase = .lookingBeyond(new: max(0, new))
        let limit = max(1, min(new, Self.mostNamed, partRows))
        return .read([.highest(range, offset: count - limit, limit: limit)])
    }

    mutating func lookedBeyond(_ answers: [KeyAnswer], new: Int, into changes: inout [Change]) -> Step {
        if case .rows(let rows)? = answers.first, let lowest = rows.first {
            beyond.next = lowest.score
            if new > 0 { changes.append(.added(key: key, rows: rows)) }
            if new > rows.count { changes.append(.passedOver(key: key, count: new - rows.count)) }
        }
        return finish(.current)
    }
}
