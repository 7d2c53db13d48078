internal import StreamAssembly

/// A read of a whole window: from the ceiling down, in parts that stay within the reply limit.
struct FullRead: Equatable {
    enum Reason: Equatable {
        case look
        /// More new rows than the window holds.
        case burst
    }

    let reason: Reason
    /// How many rows are wanted; more than `perKey` where some are no samples.
    var wanted: Int
    /// How many rows the part that is being read may have.
    var limit: Int
    /// What was read so far, ascending.
    var rows: [Row] = []
    /// How many rows, from the first on, were not yet checked for being samples.
    var unjudged = 0
    var samples = 0
    var bytes = 0
    var cardinality = 0
    var beyond = 0
}

extension KeyCursor {
    /// The most that one key may take, however many of its members are no samples: a multiple of `perKey`, and bytes.
    private static let maxDepth = 16
    private static let maxBytes = 64 << 20
    /// Bytes of the first part of a key of which nothing is known. Most new keys hold little, so that many are read at
    /// once; of the others it shows how much they hold.
    private static let firstPartBytes = 64 << 10

    mutating func readAll(_ reason: FullRead.Reason) -> [KeyRead] {
        let first = window.isEmpty && reason == .look ? max(16, Self.firstPartBytes / rowBytes) : .max
        let limit = min(perKey, partRows, first)
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
        // It was written to meanwhile, so that the parts do not fit together.
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
            // It was written to between the reads.
            guard read.beyond > 0 else { return finish(.changing) }
            if !window.isEmpty { changes.append(.gone(key: key)) }
            window = KeyWindow(capacity: perKey)
            isWantedAgain = false
            doubt.wasReadInFull()
            return lookBeyond(read.beyond)
        }
        let old = window.items
        let known = Set(old)
        window.capacity = max(perKey, rows.count)
        doubt.wasReadInFull()
        guard rows.contains(where: { known.contains(RowID($0)) }) else {
            // If all of it is newer and more lies below, it may be the same set.
            let isOutrun = read.reason == .burst || !isWhole && rows[0].score > old.last?.score ?? .infinity
            if isOutrun {
                changes.append(.gap(key: key, rows: rows))
            } else {
                if !old.isEmpty { changes.append(.gone(key: key)) }
                window = KeyWindow(capacity: window.capacity)
                changes.append(.added(key: key, rows: rows))
            }
            window.replaceAll(with: rows, isWhole: isWhole)
            isWantedAgain = false
            return lookBeyond(read.beyond)
        }
        // What lay below the floor is ours where newer members left.
        let found = Set(rows.lazy.map(RowID.init))
        let lost = Self.lost(from: old, lowest: rows.first?.score, isWhole: isWhole) { !found.contains($0) }
        emit(
            trimmed: Array(old.prefix(lost.trimmed)), removed: lost.removed,
            added: rows.filter { !known.contains(RowID($0)) }, into: &changes)
        if isWantedAgain { changes.append(.again(key: key, rows: rows)) }
        isWantedAgain = false
        window.replaceAll(with: rows, isWhole: isWhole)
        return lookBeyond(read.beyond)
    }

    /// Splits the lost members into trimmed and removed ones.
    ///
    /// From the bottom up to the first survivor they were trimmed, above it they were removed. They were also removed
    /// where the set holds anything below them (`lowest`): a trim leaves nothing below what it takes. Where the set is
    /// known to its end, a lost member of the lowest score was replaced, not trimmed.
    static func lost(
        from old: [RowID], lowest: Double?, isWhole: Bool = false, _ isLost: (RowID) -> Bool
    ) -> (trimmed: Int, removed: [RowID]) {
        let lowest = lowest ?? .infinity
        let survivor =
            old.firstIndex { !isLost($0) || $0.score > lowest || isWhole && $0.score == lowest } ?? old.endIndex
        return (survivor, old[survivor...].filter(isLost))
    }

    func emit(trimmed: [RowID] = [], removed: [RowID] = [], added: [Row] = [], into changes: inout [Change]) {
        if !trimmed.isEmpty { changes.append(.trimmed(key: key, rows: trimmed)) }
        if !removed.isEmpty { changes.append(.removed(key: key, rows: removed)) }
        if !added.isEmpty { changes.append(.added(key: key, rows: added)) }
    }
}

extension FullRead {
    /// Takes the rows of the next part down. If the key is written to meanwhile, some may come twice.
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

    /// Counts the samples among the rows that were not checked yet.
    mutating func judge(_ isSample: (Row) -> Bool) {
        samples += rows.prefix(unjudged).count(where: isSample)
        unjudged = 0
    }

    /// The read of the next part; nil where enough is read.
    mutating func next(_ partRows: Int) -> KeyRead? {
        guard rows.count < wanted, let lowest = rows.first?.score else { return nil }
        limit = min(partRows, wanted - rows.count)
        let equal = rows.prefix { $0.score == lowest }.count
        return .newest(below: .including(lowest), offset: equal, limit: limit)
    }
}
