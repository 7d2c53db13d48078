internal import StreamAssembly

extension KeyCursor {
    mutating func probed(_ guarded: ProbeGuard, _ answers: [KeyAnswer], into changes: inout [Change]) -> Step {
        guard answers.count >= 3, case .count(let lower) = answers[0], case .count(let upper) = answers[1],
            case .rows(let rows) = answers[2]
        else { return finish(.changing) }
        // None of ours is left: the key is gone, is another incarnation, or was trimmed. The full read shows which.
        if lower + upper == 0 { return .read(readAll(.look)) }
        if rows.count >= min(window.capacity, partRows) { return .read(readAll(.burst)) }
        if guarded.beyond != nil, case .count(let count)? = answers.last { beyondCounted = count }

        // A member that moved up left a place in the counts. A late arrival may have taken it.
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
        emit(removed: moved, into: &changes)

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
        // Below the floor there are members that a trim takes first. Without a floor all members are ours, and a trim
        // that no look found is still in doubt.
        if window.floor != nil { doubt.expectTrimsBelow() }
        guard let count = beyondCounted else { return finish(.current) }
        return lookBeyond(count)
    }

    mutating func verified(
        _ check: BottomCheck, lower: RangeSearch.Suspect, upper: [RangeSearch.Suspect], _ answers: [KeyAnswer],
        into changes: inout [Change]
    ) -> Step {
        guard check.holds(answers) else { return search(upper, doubtful: lower) }
        longestTrim = max(longestTrim, check.trimmed)
        let kept = window.indices(in: check.at).upperBound - check.atCount
        emit(trimmed: window.forget(first: max(0, kept)), into: &changes)
        // Nothing was left below. New members may have pushed others out meanwhile: those lie below the floor now.
        if let floor = window.floor, floor.score < check.score { window.becameWhole() }
        doubt.foundTrim()
        return settled()
    }

    /// Takes rows above everything known.
    private mutating func emit(newRows rows: [Row], into changes: inout [Change]) {
        guard !rows.isEmpty else { return }
        emit(trimmed: window.append(rows), added: rows, into: &changes)
        doubt.found(rows: rows.count)
    }
}

/// Two counts that stay the same while nothing changes at or below the highest known score.
struct ProbeGuard: Equatable {
    /// The lowest members, which trims take.
    let lower: ScoreRange
    let lowerCount: Int
    /// All the others, up to the highest.
    let upper: ScoreRange
    let upperCount: Int
    /// Where new members are expected.
    let above: ScoreRange
    /// Read in the same step where the lowest members are in doubt.
    let bottom: BottomCheck?
    /// Also counted then: what lies beyond the ceiling.
    let beyond: ScoreRange?

    /// Nil where counts show nothing: no member is known, or all have the floor's score.
    init?(_ window: KeyWindow, within bounds: LookBounds, longestTrim: Int, thorough: Bool) {
        let first = window.firstGuarded
        let guarded = window.count - first
        guard guarded > 0, let top = window.top else { return nil }
        let offset = longestTrim == 0 ? 0 : min(guarded / 2, max(32, 2 * longestTrim))
        let low = window.items[first + offset].score
        lower = ScoreRange(from: window.guardedFrom, to: .excluding(low))
        lowerCount = window.count(in: lower)
        upper = ScoreRange(from: .including(low), to: .including(top))
        above = ScoreRange(from: .excluding(top), to: bounds.upTo)
        upperCount = window.count(in: upper)
        bottom = thorough ? BottomCheck(window, at: first, from: window.guardedFrom, trimmed: 0) : nil
        beyond = thorough ? bounds.beyond : nil
    }

    func reads(limit: Int) -> [KeyRead] {
        [.count(lower), .count(upper), .highest(above, limit: limit)] + (bottom?.reads ?? [])
            + (beyond.map { [.count($0)] } ?? [])
    }
}

/// Checks whether one member is still the lowest of its set (or the lowest above the floor). This tells a trim from any
/// other loss; and no change at all from a trim together with a late arrival, after which the count is the same.
struct BottomCheck: Equatable {
    let below: ScoreRange
    let at: ScoreRange
    let atCount: Int
    let score: Double
    /// If the check holds, this many members were trimmed from the bottom.
    let trimmed: Int

    init(_ window: KeyWindow, at index: Int, from: ScoreRange.Bound, trimmed: Int) {
        score = window.items[index].score
        below = ScoreRange(from: from, to: .excluding(score))
        at = ScoreRange(from: .including(score), to: .including(score))
        // A trim may take some of the members with this score and leave others.
        atCount = window.indices(in: at).upperBound - index
        self.trimmed = trimmed
    }

    var reads: [KeyRead] { [.count(below), .count(at)] }

    func holds(_ answers: some Collection<KeyAnswer>) -> Bool {
        Array(answers) == [.count(0), .count(atCount)]
    }
}
