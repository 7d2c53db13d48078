internal import StreamAssembly

extension KeyCursor {
    mutating func search(_ suspects: [RangeSearch.Suspect], doubtful: RangeSearch.Suspect? = nil) -> Step {
        descend(RangeSearch(doubtful: doubtful.map(clamped)), into: suspects.map(clamped))
    }

    /// New rows may have raised the floor since the range was counted.
    private func clamped(_ suspect: RangeSearch.Suspect) -> RangeSearch.Suspect {
        guard case .excluding(let floor) = window.guardedFrom, suspect.range.isAboveFrom(floor) else { return suspect }
        return .init(range: ScoreRange(from: .excluding(floor), to: suspect.range.to), observed: suspect.observed)
    }

    mutating func searched(_ search: RangeSearch, _ answers: [KeyAnswer], into changes: inout [Change]) -> Step {
        var search = search
        guard let suspects = search.received(answers, of: window) else { return .read(readAll(.look)) }
        guard suspects.isEmpty else { return descend(search, into: suspects) }
        return settle(search.leaves, doubtful: search.doubtful?.range, into: &changes)
    }

    private mutating func descend(_ search: RangeSearch, into suspects: [RangeSearch.Suspect]) -> Step {
        var search = search
        guard let reads = search.descend(into: suspects, of: window), !reads.isEmpty else {
            return .read(readAll(.look))
        }
        phase = .searching(search)
        return .read(reads)
    }

    private mutating func settle(
        _ leaves: [RangeSearch.Leaf], doubtful: ScoreRange?, into changes: inout [Change]
    ) -> Step {
        let old = window.items
        var lost: Set<RowID> = []
        var added: [Row] = []
        for leaf in leaves {
            let before = Set(old[window.indices(in: leaf.range)])
            lost.formUnion(before.subtracting(leaf.rows.lazy.map(RowID.init)))
            added += leaf.rows.filter { !before.contains(RowID($0)) }
        }
        // A member that moved left a place. If an addition took it, the count there stayed the same.
        let arrived = Set(added.lazy.map(\.memberHash))
        if old.contains(where: { arrived.contains($0.memberHash) && !lost.contains($0) }) {
            return .read(readAll(.look))
        }
        // The full read shows whether it is another incarnation.
        if lost.count == old.count { return .read(readAll(.look)) }
        // The trim reached beyond the range that was read.
        if let doubtful, lost.isSuperset(of: old[window.indices(in: doubtful)]) { return .read(readAll(.look)) }
        for leaf in leaves { window.replace(leaf.range, with: leaf.rows) }
        let crowdedOut = Set(window.trimToCapacity())
        added.sort { $0.score < $1.score }
        let (trimmed, removed) = Self.lost(from: old, lowest: added.first?.score, lost.contains)
        longestTrim = max(longestTrim, trimmed)
        doubt.found(rows: added.count)
        emit(
            trimmed: old.prefix(trimmed) + old[trimmed...].filter(crowdedOut.contains), removed: removed,
            added: added.filter { !crowdedOut.contains(RowID($0)) }, into: &changes)
        if trimmed > 0 || !removed.isEmpty { doubt.foundTrim() }
        return settled()
    }
}

/// Finds where a set differs from what is believed, by splitting ranges in 16 and counting each part (`ZCOUNT`). Only
/// the parts whose count differs are read.
struct RangeSearch: Equatable {
    /// A range whose count is not the believed one.
    struct Suspect: Equatable {
        let range: ScoreRange
        let observed: Int
    }

    /// The exact content of one range.
    struct Leaf: Equatable {
        let range: ScoreRange
        let rows: [Row]
    }

    private static let ways = 16
    private static let leafSize = 8
    /// So many rows may be added after the count, and the read of a leaf is still complete.
    private static let slack = 16
    private static let maxDepth = 8

    private var counting: [ScoreRange] = []
    private var reading: [Suspect] = []
    private(set) var leaves: [Leaf] = []
    private var depth = 0
    /// Read whatever its count is: its lowest members are not the believed ones, and late arrivals may hide the loss.
    private(set) var doubtful: Suspect?

    init(doubtful: Suspect? = nil) {
        self.doubtful = doubtful
    }

    /// The next reads. Nil where a full read is cheaper, empty where all is found.
    mutating func descend(into suspects: [Suspect], of window: KeyWindow) -> [KeyRead]? {
        depth += 1
        (counting, reading) = ([], depth == 1 ? [doubtful].compactMap(\.self) : [])
        for suspect in suspects {
            let parts = Self.split(suspect.range, of: window)
            if parts.count > 1 { counting.append(contentsOf: parts) } else { reading.append(suspect) }
        }
        let rows = leaves.reduce(0) { $0 + $1.rows.count } + reading.reduce(0) { $0 + $1.observed }
        if depth > Self.maxDepth || rows > window.capacity / 2 + Self.slack { return nil }
        return counting.map { .count($0) } + reading.map { .highest($0.range, limit: Self.limit($0)) }
    }

    /// The ranges that differ and have to be split further. Nil where a range held more than was counted, so that it
    /// was not read completely.
    mutating func received(_ answers: [KeyAnswer], of window: KeyWindow) -> [Suspect]? {
        guard answers.count == counting.count + reading.count else { return nil }
        var suspects: [Suspect] = []
        for (range, answer) in zip(counting, answers) {
            guard case .count(let count) = answer else { return nil }
            if count != window.count(in: range) { suspects.append(Suspect(range: range, observed: count)) }
        }
        for (suspect, answer) in zip(reading, answers[counting.count...]) {
            guard case .rows(let rows) = answer, rows.count < Self.limit(suspect) else { return nil }
            leaves.append(Leaf(range: suspect.range, rows: rows))
        }
        return suspects
    }

    private static func limit(_ suspect: Suspect) -> Int { suspect.observed + slack }

    /// Parts that together cover the range, split at believed scores. One part where it is small enough to be read.
    private static func split(_ range: ScoreRange, of window: KeyWindow) -> [ScoreRange] {
        let indices = window.indices(in: range)
        guard indices.count > leafSize, let lowest = indices.first.map({ window.items[$0].score }) else {
            return [range]
        }
        var parts: [ScoreRange] = []
        var from = range.from
        var last = lowest
        for way in 1..<ways {
            let cut = window.items[indices.lowerBound + indices.count * way / ways].score
            guard cut > last else { continue }
            parts.append(ScoreRange(from: from, to: .excluding(cut)))
            (from, last) = (.including(cut), cut)
        }
        return parts + [ScoreRange(from: from, to: range.to)]
    }
}
