internal import StreamAssembly

/// Whether one member is still the lowest of its set (or the lowest above the floor): how a trim is told from any other
/// loss, and a trim that a late arrival made up for from no change at all.
struct BottomCheck: Equatable {
    let below: ScoreRange
    let at: ScoreRange
    let atCount: Int
    let score: Double
    /// So many members from the bottom are taken to be trimmed if this check holds.
    let trimmed: Int

    init(_ window: KeyWindow, at index: Int, from: ScoreRange.Bound, trimmed: Int) {
        score = window.items[index].score
        below = ScoreRange(from: from, to: .excluding(score))
        at = ScoreRange(from: .including(score), to: .including(score))
        // Equal scores may be cut by the trim.
        atCount = window.indices(in: at).upperBound - index
        self.trimmed = trimmed
    }

    var reads: [KeyRead] { [.count(below), .count(at)] }

    func holds(_ answers: some Collection<KeyAnswer>) -> Bool {
        Array(answers) == [.count(0), .count(atCount)]
    }
}
