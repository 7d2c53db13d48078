internal import StreamAssembly

/// Follows one sorted set: decides what to read, and turns what was read into ``Change``s.
///
/// A look at the key is a conversation: ``begin(_:within:)`` gives the first reads, each ``received(_:into:isSample:)``
/// the next ones or the outcome. The answers of one step may be from different moments. The cursor changes its belief
/// only together with the change that it emits, so a look may be dropped at any point (``abandon()``) and begun anew.
struct KeyCursor: Equatable {
    enum Step: Equatable {
        case read([KeyRead])
        case done(Outcome)
    }

    enum Outcome: Equatable {
        /// All that was in the set when the look began is emitted.
        case current
        /// The key does not exist.
        case absent
        case wrongType
        /// It changed between the reads, so that their answers do not fit together: look again.
        case changing
        /// An error reply: nothing is known.
        case refused(code: String, message: String)
    }

    /// Stands elsewhere, as it is large and most cursors rest.
    indirect enum Phase: Equatable {
        case idle
        case probing(ProbeGuard)
        case verifying(BottomCheck, lower: RangeSearch.Suspect, upper: [RangeSearch.Suspect])
        case searching(RangeSearch)
        case readingAll(FullRead)
        /// Members beyond the ceiling are read, only to be named to whoever rejects them; so many are new there.
        case lookingBeyond(new: Int)
    }

    let key: String
    let perKey: Int
    var window: KeyWindow
    var bounds = LookBounds()
    var phase = Phase.idle
    /// Whether what is believed may differ from what is in the set.
    var doubt = ContentDoubt()
    /// What is known of members beyond the ceiling.
    var beyond = BeyondCeiling()
    /// As counted in this look.
    var beyondCounted: Int?
    /// The longest trim seen: guides how many of the lowest members the lower count covers.
    var longestTrim = 0
    /// Whoever gets the changes wants all members once more.
    var isWantedAgain = false
    /// The set may have been trimmed since the last look: its lowest members may be others than the believed ones.
    private(set) var mayBeTrimmed = false
    private(set) var averageRowBytes: Int

    /// `perKey` is the number of members that are ours, at least 1.
    init(key: String, perKey: Int, averageRowBytes: Int = 4096) {
        self.key = key
        self.perKey = max(1, perKey)
        window = KeyWindow(capacity: self.perKey)
        self.averageRowBytes = averageRowBytes
    }

    /// An event of a trim came: no reason to read, but the next look has to check the lowest members.
    mutating func trimReceived() {
        mayBeTrimmed = true
        doubt.noteEvent()
        doubt.noteTrim()
    }

    /// An event of something else came, which asks for a look.
    mutating func eventReceived(_ need: KeyNeed) {
        doubt.noteEvent()
        if need == .probe { doubt.noteAddition() }
    }

    /// How many rows one part may have.
    var partRows: Int { max(1, bounds.partBytes / rowBytes) }

    /// About how many bytes a row takes in an answer.
    var rowBytes: Int { averageRowBytes + 64 }

    /// About how many bytes the answers to the reads given last will have.
    func expectedReplyBytes(_ reads: [KeyRead]) -> Int {
        let rows = reads.reduce(0) { sum, read in
            switch read {
            case .cardinality, .count: sum
            case .newest(_, _, let limit): sum + min(limit, expectedRows ?? limit)
            case .highest(_, _, let limit): if case .probing = phase { sum + 4 } else { sum + limit }
            }
        }
        return 64 * reads.count + rows * rowBytes
    }

    /// About how many rows there are that a read of the whole window has not brought yet; nil where nobody knows.
    private var expectedRows: Int? {
        if case .readingAll(let read) = phase, !read.rows.isEmpty {
            return max(0, read.cardinality - read.rows.count) + 16
        }
        return window.isEmpty ? nil : window.count + 16
    }

    mutating func begin(_ need: KeyNeed, within bounds: LookBounds = LookBounds()) -> [KeyRead] {
        self.bounds = bounds
        beyondCounted = nil
        let thorough = need == .thorough || mayBeTrimmed
        mayBeTrimmed = false
        // When the clock was set back, the highest members lie beyond the ceiling again.
        guard need < .full, !isWantedAgain, window.top ?? -.infinity <= bounds.ceiling,
            let guarded = ProbeGuard(window, within: bounds, longestTrim: longestTrim, thorough: thorough)
        else { return readAll(.look) }
        phase = .probing(guarded)
        return guarded.reads(limit: min(window.capacity, partRows))
    }

    /// The answers, in order, to the reads given last.
    ///
    /// - Parameter isSample: whether a row is a sample to whoever gets the changes; others take no place in the window.
    mutating func received(
        _ answers: [KeyAnswer], into changes: inout [Change], isSample: (Row) -> Bool = { _ in true }
    ) -> Step {
        for answer in answers {
            switch answer {
            case .wrongType: return becameAbsent(.wrongType, into: &changes)
            case .refused(let code, let message):
                abandon()
                return .done(.refused(code: code, message: message))
            case .count: break
            case .rows(let rows): measure(rows)
            }
        }
        switch phase {
        case .idle: return .done(.changing)
        case .probing(let guarded): return probed(guarded, answers, into: &changes)
        case .verifying(let check, let lower, let upper):
            return verified(check, lower: lower, upper: upper, answers, into: &changes)
        case .searching(let search): return searched(search, answers, into: &changes)
        case .readingAll(let read): return readAll(read, answers, into: &changes, isSample)
        case .lookingBeyond(let new): return lookedBeyond(answers, new: new, into: &changes)
        }
    }

    /// The connection was lost: it is as if the look had never begun.
    mutating func abandon() {
        phase = .idle
        mayBeTrimmed = true
    }

    mutating func finish(_ outcome: Outcome) -> Step {
        phase = .idle
        return .done(outcome)
    }

    mutating func becameAbsent(_ outcome: Outcome, into changes: inout [Change]) -> Step {
        if !window.isEmpty { changes.append(.gone(key: key)) }
        window = KeyWindow(capacity: perKey)
        longestTrim = 0
        isWantedAgain = false
        beyond = BeyondCeiling()
        doubt.wasReadInFull()
        return finish(outcome)
    }

    private mutating func measure(_ rows: [Row]) {
        guard !rows.isEmpty else { return }
        let mean = rows.reduce(0) { $0 + $1.member.count } / rows.count
        averageRowBytes = (averageRowBytes * 3 + mean) / 4
    }
}

/// How closely a key has to be looked at, least first.
enum KeyNeed: Int, Comparable {
    /// Something may have been added: count what is known, read what is above.
    case probe
    /// The same, and check that the lowest members are still the believed ones.
    case thorough
    /// Anything may have happened: read the whole window.
    case full

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
