internal import StreamAssembly

/// Two counts that stay the same as long as nothing changes at or below the highest known score.
struct ProbeGuard: Equatable {
    /// The lowest members, where trims bite.
    let lower: ScoreRange
    let lowerCount: Int
    /// All the others, up to the highest.
    let upper: ScoreRange
    let upperCount: Int
    /// Where new members are expected.
    let above: ScoreRange
    /// Asked for in the same step where the lowest members are in doubt.
    let bottom: BottomCheck?
    /// Counted then, too.
    let beyond: ScoreRange?

    /// Nil where counting shows nothing: no member is known, or all have the floor's score.
    init?(_ window: KeyWindow, within bounds: KeyCursor.Bounds, longestTrim: Int, thorough: Bool) {
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
