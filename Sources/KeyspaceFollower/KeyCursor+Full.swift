internal import StreamAssembly

extension KeyCursor {
    mutating func readAll(_ reason: FullReason, _ answers: [KeyAnswer], into changes: inout [Change]) -> Step {
        guard answers.count == 2, case .rows(let rows) = answers[0], case .count(let cardinality) = answers[1] else {
            return finish(.changing)
        }
        if rows.isEmpty {
            // Written to between the two reads.
            guard cardinality == 0 else { return finish(.changing) }
            return becameAbsent(.absent, into: &changes)
        }
        let old = window.items
        let known = Set(old)
        let isContinued = rows.contains { known.contains(RowID($0)) }
        guard isContinued else {
            if reason == .burst {
                changes.append(.gap(key: key, rows: rows))
            } else {
                if !old.isEmpty { changes.append(.gone(key: key)) }
                window = KeyWindow(capacity: window.capacity)
                changes.append(.added(key: key, rows: rows))
            }
            window.replaceAll(with: rows, isWhole: rows.count < window.capacity)
            return finish(.current)
        }
        let ours = rows.filter { known.contains(RowID($0)) || window.isOurs($0) }
        let found = Set(ours.lazy.map(RowID.init))
        emit(
            removed: Self.lost(from: old, lowest: ours.first?.score) { !found.contains($0) }.removed,
            added: ours.filter { !known.contains(RowID($0)) }, into: &changes)
        window.replaceAll(with: ours, isWhole: rows.count < window.capacity)
        return finish(.current)
    }

    /// Splits what is lost: from the bottom up it was trimmed, above the first survivor it was removed, and so it was
    /// above anything else that the set holds (`lowest`), as a trim leaves nothing below what it takes.
    static func lost(
        from old: [RowID], lowest: Double?, _ isLost: (RowID) -> Bool
    ) -> (trimmed: Int, removed: [RowID]) {
        let survivor = old.firstIndex { !isLost($0) || $0.score > lowest ?? .infinity } ?? old.endIndex
        return (survivor, old[survivor...].filter(isLost))
    }

    func emit(removed: [RowID], added: [Row], into changes: inout [Change]) {
        if !removed.isEmpty { changes.append(.removed(key: key, rows: removed)) }
        if !added.isEmpty { changes.append(.added(key: key, rows: added)) }
    }
}
