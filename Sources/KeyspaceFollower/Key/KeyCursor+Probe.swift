internal import StreamAssembly

extension KeyCursor {
    mutating func probed(_ guarded: ProbeGuard, _ answers: [KeyAnswer], into changes: inout [Change]) -> Step {
        guard answers.count >= 3, case .count(let lower) = answers[0], case .count(let upper) = answers[1],
            case .rows(let rows) = answers[2]
        else { return finish(.changing) }
        // None of ours is left: vanished, another incarnation, or all of it was trimmed. The full read tells which.
        if lower + upper == 0 { return .read(readAll(.look)) }
        if rows.count >= min(window.capacity, partRows) { return .read(readAll(.burst)) }
        if guarded.beyond != nil, case .count(let count)? = answers.last { beyondCounted = count }

        // A member that moved up left a place in the counts, which a late arrival may have taken.
        let moved = window.remove(membersOf: rows)
        let lowerCount = guarded.lowerCount - moved.count { guarded.lower.contains($0.score) }
        let upperCount = guarded.upperCount - moved.count { guarded.upper.contains($0.score) }
        let missing = lowerCount + upperCount - lower - upper
        let lowerSuspect = RangeSearch.Suspect(range: guarded.lower, observed: lower)
        let upperSuspects =
            upper == upperCount ? [] : [RangeSearch.Suspect(range: guarded.upper, observed: upper)]
        let check: BottomCheck? =
            missing > 0
            ? BottomCheck(window, at: window.firstGuarded + missing, from: .unbounded, trimmed: missing) : nil
        emit(newRows: rows, into: &changes)
        emit(removed: moved, added: [], into: &changes)

        if let check {
            phase = .verifying(check, lower: lowerSuspect, upper: upperSuspects)
            return .read(check.reads)
        }
        if let bottom = guarded.bottom, !bottom.holds(answers[3..<min(5, answers.count)]) {
            return search(upperSuspects, doubtful: lowerSuspect)
        }
        let suspects = (lower == lowerCount ? [] : [lowerSuspect]) + upperSuspects
        return suspects.isEmpty ? settled() : search(suspects)
    }

    /// Ends a look that counted and found no more.
    mutating func settled() -> Step {
        // Where all that is there is ours, a trim that took none of it took nothing, or what something took the place of.
        if window.floor != nil { doubt.expectTrimsBelow() }
        guard let count = beyondCounted else { return finish(.current) }
        return lookBeyond(count)
    }

    mutating func verified(
        _ check: BottomCheck, lower: RangeSearch.Suspect, upper: [RangeSearch.Suspect], _ answers: [KeyAnswer]
    ) -> Step {
        guard check.holds(answers) else { return search(upper, doubtful: lower) }
        longestTrim = max(longestTrim, check.trimmed)
        let kept = window.indices(in: check.at).upperBound - check.atCount
        window.forget(first: max(0, kept))
        doubt.foundTrim()
        return settled()
    }

    /// Rows above everything known.
    private mutating func emit(newRows rows: [Row], into changes: inout [Change]) {
        guard !rows.isEmpty else { return }
        changes.append(.added(key: key, rows: rows))
        doubt.found(rows: rows.count)
        window.append(rows)
    }
}
