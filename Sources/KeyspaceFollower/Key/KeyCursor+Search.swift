internal import StreamAssembly

extension KeyCursor {
    mutating func search(_ suspects: [RangeSearch.Suspect], doubtful: RangeSearch.Suspect? = nil) -> Step {
        descend(RangeSearch(doubtful: doubtful.map(clamped)), into: suspects.map(clamped))
    }

    /// New rows may have pushed the floor up since the range was counted.
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
        // A member that moved left a place which an addition may have taken, so that the count there was the same.
        let arrived = Set(added.lazy.map(\.memberHash))
        if old.contains(where: { arrived.contains($0.memberHash) && !lost.contains($0) }) {
            return .read(readAll(.look))
        }
        // Whether it is another incarnation is for the full read to say.
        if lost.count == old.count { return .read(readAll(.look)) }
        // The trim reached beyond the range that was read.
        if let doubtful, lost.isSuperset(of: old[window.indices(in: doubtful)]) { return .read(readAll(.look)) }
        for leaf in leaves { window.replace(leaf.range, with: leaf.rows) }
        window.trimToCapacity()
        added.sort { $0.score < $1.score }
        let (trimmed, removed) = Self.lost(from: old, lowest: added.first?.score, lost.contains)
        longestTrim = max(longestTrim, trimmed)
        emit(removed: removed, added: added, into: &changes)
        doubt.found(rows: added.count)
        if trimmed > 0 || !removed.isEmpty { doubt.foundTrim() }
        return settled()
    }
}
