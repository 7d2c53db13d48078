internal import StreamAssembly

/// A whole window being read: from the ceiling down, in parts that no reply limit stands against.
struct FullRead: Equatable {
    let reason: KeyCursor.FullReason
    /// So many rows are wanted; more where some are no samples.
    var wanted: Int
    /// That of the part being read.
    var limit: Int
    /// What was read so far, ascending.
    var rows: [Row] = []
    /// What may still be found to be no sample: the first so many of the rows.
    var unjudged = 0
    var samples = 0
    var bytes = 0
    var cardinality = 0
    var beyond = 0
}

extension KeyCursor {
    /// No key takes more, however many of its members are no samples.
    private static let maxDepth = 16
    private static let maxBytes = 64 << 20

    mutating func readAll(_ reason: FullReason) -> [KeyRead] {
        let limit = min(perKey, partRows)
        doubt.readingBegins()
        phase = .readingAll(FullRead(reason: reason, wanted: perKey, limit: limit))
        return [.newest(below: bounds.upTo, limit: limit), .cardinality]
            + (bounds.beyond.map { [.count($0)] } ?? [])
    }

    mutating func readAll(
        _ read: FullRead, _ answers: [KeyAnswer], into changes: inout [Change], _ isSample: (Row) -> Bool
    ) -> Step {
        var read = read
        guard case .rows(let part)? = answers.first else { return finish(.changing) }
        if answers.count > 1 {
            guard case .count(let cardinality) = answers[1] else { return finish(.changing) }
            read.cardinality = cardinality
        }
        if answers.count > 2, case .count(let beyond) = answers[2] { read.beyond = beyond }
        let known = read.rows.count
        read.take(part)
        let isWhole = part.count < read.limit
        // Written to meanwhile, so that the parts do not fit together.
        if !isWhole, read.rows.count == known { return finish(.changing) }
        if !isWhole, read.rows.count >= read.wanted { read.judge(isSample) }
        if !isWhole, read.samples < perKey, read.bytes < Self.maxBytes {
            if read.rows.count >= read.wanted { read.wanted = min(read.wanted * 2, perKey * Self.maxDepth) }
            if let next = read.next(partRows) {
                phase = .readingAll(read)
                return .read([next])
            }
        }
        return settle(read, isWhole: isWhole, into: &changes)
    }

    private mutating func settle(_ read: FullRead, isWhole: Bool, into changes: inout [Change]) -> Step {
        let rows = read.rows
        if rows.isEmpty {
            if read.cardinality == 0 { return becameAbsent(.absent, into: &changes) }
            // Written to between the reads.
            guard read.beyond > 0 else { return finish(.changing) }
            if !window.isEmpty { changes.append(.gone(key: key)) }
            window = KeyWindow(capacity: perKey)
            doubt.wasReadInFull()
            return lookBeyond(read.beyond)
        }
        let old = window.items
        let known = Set(old)
        // Deeper than before: what was below the floor is ours.
        if rows.count > window.capacity { window.forgetFloor() }
        window.capacity = max(perKey, rows.count)
        doubt.wasReadInFull()
        guard rows.contains(where: { known.contains(RowID($0)) }) else {
            // Where all of it is newer and more lies below, it may be the same set.
            let isOutrun = read.reason == .burst || !isWhole && rows[0].score > old.last?.score ?? .infinity
            if isOutrun {
                changes.append(.gap(key: key, rows: rows))
            } else {
                if !old.isEmpty { changes.append(.gone(key: key)) }
                window = KeyWindow(capacity: window.capacity)
                changes.append(.added(key: key, rows: rows))
            }
            window.replaceAll(with: rows, isWhole: isWhole)
            return lookBeyond(read.beyond)
        }
        let ours = rows.filter { known.contains(RowID($0)) || window.isOurs($0) }
        let found = Set(ours.lazy.map(RowID.init))
        emit(
            removed: Self.lost(from: old, lowest: ours.first?.score, isWhole: isWhole) { !found.contains($0) }.removed,
            added: ours.filter { !known.contains(RowID($0)) }, into: &changes)
        window.replaceAll(with: ours, isWhole: isWhole)
        return lookBeyond(read.beyond)
    }

    /// Splits what is lost: from the bottom up it was trimmed, above the first survivor it was removed, and so it was
    /// above anything else that the set holds (`lowest`), as a trim leaves nothing below what it takes. Where the set is
    /// known to its end, what had the lowest score was replaced rather than trimmed.
    static func lost(
        from old: [RowID], lowest: Double?, isWhole: Bool = false, _ isLost: (RowID) -> Bool
    ) -> (trimmed: Int, removed: [RowID]) {
        let lowest = lowest ?? .infinity
        let survivor =
            old.firstIndex { !isLost($0) || $0.score > lowest || isWhole && $0.score == lowest } ?? old.endIndex
        return (survivor, old[survivor...].filter(isLost))
    }

    func emit(removed: [RowID], added: [Row], into changes: inout [Change]) {
        if !removed.isEmpty { changes.append(.removed(key: key, rows: removed)) }
        if !added.isEmpty { changes.append(.added(key: key, rows: added)) }
    }

    // MARK: - Beyond the ceiling

    /// How many of them are handed on to be rejected by name; of the others only the number is told.
    private static let toldBeyond = 64

    /// Ends a look that counted so many members whose time has not come: new ones are told of, once.
    mutating func lookBeyond(_ count: Int) -> Step {
        // Those that are ours by now have left their places to others.
        let ripe = beyond.ceiling.map { window.count(in: ScoreRange(from: .excluding($0), to: .unbounded)) } ?? 0
        let new = count - max(0, beyond.count - ripe)
        (beyond.count, beyond.ceiling) = (count, bounds.ceiling)
        if count == 0 { beyond.next = nil }
        let isOver = beyond.next.map { $0 <= bounds.ceiling } ?? false
        guard count > 0, new > 0 || isOver, let range = bounds.beyond else { return finish(.current) }
        doubt.found(rows: max(0, new))
        phase = .lookingBeyond(new: max(0, new))
        let limit = max(1, min(new, Self.toldBeyond, partRows))
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

extension FullRead {
    /// Rows of the next part down; a writer that is busy meanwhile may make some come twice.
    mutating func take(_ part: [Row]) {
        var new = part
        if !rows.isEmpty {
            let known = Set(rows.lazy.map(\.memberHash))
            new.removeAll { known.contains($0.memberHash) }
        }
        bytes += new.reduce(0) { $0 + $1.member.count }
        unjudged += new.count
        rows = new + rows
    }

    mutating func judge(_ isSample: (Row) -> Bool) {
        samples += rows.prefix(unjudged).count(where: isSample)
        unjudged = 0
    }

    /// Nil where enough is read.
    mutating func next(_ partRows: Int) -> KeyRead? {
        guard rows.count < wanted, let lowest = rows.first?.score else { return nil }
        limit = min(partRows, wanted - rows.count)
        let equal = rows.prefix { $0.score == lowest }.count
        return .newest(below: .including(lowest), offset: equal, limit: limit)
    }
}
