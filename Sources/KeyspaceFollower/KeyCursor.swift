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
        case readingAll(FullReason)
    }

    let key: String
    var window: KeyWindow
    var phase = Phase.idle
    /// The longest trim seen: guides how many of the lowest members the lower count covers.
    var longestTrim = 0
    /// The set was trimmed since the last look, so that its lowest members may not be the believed ones.
    private(set) var trimHinted = false
    private(set) var averageRowBytes: Int

    /// `perKey` is the number of members that are ours, at least 1.
    init(key: String, perKey: Int, averageRowBytes: Int = 4096) {
        self.key = key
        window = KeyWindow(capacity: max(1, perKey))
        self.averageRowBytes = averageRowBytes
    }

    /// An event told of a trim: nothing to be read for it, but the next look has to mind it.
    mutating func trimmed() {
        trimHinted = true
    }

    /// About what the answers to the reads given last will weigh.
    func expectedReplyBytes(_ reads: [KeyRead]) -> Int {
        let rows = reads.reduce(0) { sum, read in
            switch read {
            case .cardinality, .count: sum
            case .newest(let limit): sum + (window.isEmpty ? limit : min(limit, window.count + 16))
            case .highest(_, let limit): sum + (limit < window.capacity ? limit : 4)
            }
        }
        return 64 * reads.count + rows * (averageRowBytes + 64)
    }

    mutating func begin(_ need: KeyNeed) -> [KeyRead] {
        let thorough = need == .thorough || trimHinted
        trimHinted = false
        guard need < .full, let guarded = ProbeGuard(window, longestTrim: longestTrim, thorough: thorough) else {
            return readAll(.look)
        }
        phase = .probing(guarded)
        return guarded.reads(limit: window.capacity)
    }

    /// The answers, in order, to the reads given last.
    mutating func received(_ answers: [KeyAnswer], into changes: inout [Change]) -> Step {
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
        case .readingAll(let reason): return readAll(reason, answers, into: &changes)
        }
    }

    /// The connection was lost: the conversation never took place.
    mutating func abandon() {
        phase = .idle
        trimHinted = true
    }

    mutating func readAll(_ reason: FullReason) -> [KeyRead] {
        phase = .readingAll(reason)
        return [.newest(limit: window.capacity), .cardinality]
    }

    mutating func finish(_ outcome: Outcome) -> Step {
        phase = .idle
        return .done(outcome)
    }

    mutating func becameAbsent(_ outcome: Outcome, into changes: inout [Change]) -> Step {
        if !window.isEmpty { changes.append(.gone(key: key)) }
        window = KeyWindow(capacity: window.capacity)
        longestTrim = 0
        return finish(outcome)
    }

    private mutating func measure(_ rows: [Row]) {
        guard !rows.isEmpty else { return }
        let mean = rows.reduce(0) { $0 + $1.member.count } / rows.count
        averageRowBytes = (averageRowBytes * 3 + mean) / 4
    }
}
