internal import StreamAssembly

/// Follows one sorted set: decides what to read, and turns what was read into ``Change``s.
///
/// A look at the key is a conversation: ``begin(_:)`` gives the first reads, each ``received(_:into:)`` the next ones or
/// the outcome. The answers of one step may stem from different moments. What is believed changes only together with
/// the change that is emitted, so a conversation may be dropped at any point (``abandon()``) and begun anew.
struct KeyCursor: Equatable {
    enum Step: Equatable {
        case read([KeyRead])
        case done(Outcome)
    }

    enum Outcome: Equatable {
        /// All that stood in the set when the conversation began is emitted.
        case current
        /// The key does not exist.
        case absent
        case wrongType
        /// It changed between the reads so that nothing can be said: look again.
        case changing
        /// An error reply: nothing is known.
        case refused(code: String, message: String)
    }

    enum FullReason: Equatable {
        case look
        /// More new rows than the window holds.
        case burst
    }

    enum Phase: Equatable {
        case idle
        case probing(ProbeGuard)
        case verifying(BottomCheck, lower: RangeSearch.Suspect, upper: [RangeSearch.Suspect])
        case searching(RangeSearch)
        case readingAll(FullRead)
        /// Members that lie beyond the ceiling are read to be told of, no more; so many are new there.
        case lookingBeyond(new: Int)
    }

    /// How far a reading goes.
    struct Bounds: Equatable {
        /// The highest score that is anybody's yet: what lies above is taken when its time has come.
        var ceiling = Double.infinity
        /// About how many bytes one reply may have.
        var partBytes = 4 << 20

        var upTo: ScoreRange.Bound { ceiling == .infinity ? .unbounded : .including(ceiling) }
        /// Nil where nothing can lie there.
        var beyond: ScoreRange? {
            ceiling == .infinity ? nil : ScoreRange(from: .excluding(ceiling), to: .unbounded)
        }
    }

    let key: String
    let perKey: Int
    var window: KeyWindow
    var bounds = Bounds()
    var phase = Phase.idle
    /// Whether anything may be believed that does not stand there.
    var doubt = ContentDoubt()
    /// What was seen beyond the ceiling.
    var beyond = BeyondCeiling()
    /// As counted in this look.
    var beyondCounted: Int?
    /// The longest trim seen: guides how many of the lowest members the lower count covers.
    var longestTrim = 0
    /// The set was trimmed since the last look, so that its lowest members may not be the believed ones.
    private(set) var trimHinted = false
    private(set) var averageRowBytes: Int

    /// `perKey` is the number of members that are ours, at least 1.
    init(key: String, perKey: Int, averageRowBytes: Int = 4096) {
        self.key = key
        self.perKey = max(1, perKey)
        window = KeyWindow(capacity: self.perKey)
        self.averageRowBytes = averageRowBytes
    }

    /// An event told of a trim: nothing to be read for it, but the next look has to mind it.
    mutating func trimmed() {
        trimHinted = true
        doubt.eventTold()
        doubt.trimTold()
    }

    /// An event told of something else.
    mutating func told(_ need: KeyNeed) {
        doubt.eventTold()
        if need == .probe { doubt.additionTold() }
    }

    /// How many rows one part may have.
    var partRows: Int { max(1, bounds.partBytes / (averageRowBytes + 64)) }

    /// About what the answers to the reads given last will weigh.
    func expectedReplyBytes(_ reads: [KeyRead]) -> Int {
        let rows = reads.reduce(0) { sum, read in
            switch read {
            case .cardinality, .count: sum
            case .newest(_, _, let limit): sum + (window.isEmpty ? limit : min(limit, window.count + 16))
            case .highest(_, _, let limit): if case .probing = phase { sum + 4 } else { sum + limit }
            }
        }
        return 64 * reads.count + rows * (averageRowBytes + 64)
    }

    mutating func begin(_ need: KeyNeed, within bounds: Bounds = Bounds()) -> [KeyRead] {
        self.bounds = bounds
        beyondCounted = nil
        let thorough = need == .thorough || trimHinted
        trimHinted = false
        // Where the clock was set back, the highest lie beyond it again.
        guard need < .full, window.top ?? -.infinity <= bounds.ceiling,
            let guarded = ProbeGuard(window, within: bounds, longestTrim: longestTrim, thorough: thorough)
        else { return readAll(.look) }
        phase = .probing(guarded)
        return guarded.reads(limit: min(window.capacity, partRows))
    }

    /// The answers, in order, to the reads given last.
    ///
    /// - Parameter isSample: whether a row is one to whoever gets the changes; others take no place.
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
        case .verifying(let check, let lower, let upper): return verified(check, lower: lower, upper: upper, answers)
        case .searching(let search): return searched(search, answers, into: &changes)
        case .readingAll(let read): return readAll(read, answers, into: &changes, isSample)
        case .lookingBeyond(let new): return lookedBeyond(answers, new: new, into: &changes)
        }
    }

    /// The connection was lost: the conversation never took place.
    mutating func abandon() {
        phase = .idle
        trimHinted = true
    }

    mutating func finish(_ outcome: Outcome) -> Step {
        phase = .idle
        return .done(outcome)
    }

    mutating func becameAbsent(_ outcome: Outcome, into changes: inout [Change]) -> Step {
        if !window.isEmpty { changes.append(.gone(key: key)) }
        window = KeyWindow(capacity: perKey)
        longestTrim = 0
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
