internal import StreamAssembly

/// Finds by ZCOUNT bisection, 16 ways at a time, where a set differs from what is believed, and reads only there.
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
    /// Rows that may have been added since the count without making a leaf's read incomplete.
    private static let slack = 16
    private static let maxDepth = 8

    private var counting: [ScoreRange] = []
    private var reading: [Suspect] = []
    private(set) var leaves: [Leaf] = []
    private var depth = 0
    /// To be read whatever its count says: the lowest members are not the believed ones, though late arrivals may make
    /// up for the loss.
    private(set) var doubtful: Suspect?

    init(doubtful: Suspect? = nil) {
        self.doubtful = doubtful
    }

    /// The next reads; nil where a full read is cheaper, empty where all is found.
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

    /// What still has to be looked into; nil where a range held more than was counted, so that it was not read whole.
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

    /// Parts that together cover the range, cut at believed scores; one part where it is small enough to be read.
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
