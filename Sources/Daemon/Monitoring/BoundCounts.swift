import StreamAssembly

/// The `seq` of clients with bounds.
///
/// That of the feed counts what is emitted of all hosts: its gaps would tell how much goes on elsewhere. So those with the
/// same bounds have a count of their own, with an `epoch` of its own: it grows by one for each sample, and each name of
/// what is gone, that they may see, however these were emitted. It is the same as if there were no other hosts.
struct BoundCounts {
    /// The emission `seq` brought the count to `told`.
    private struct Step {
        let seq: UInt64
        let told: UInt64
    }

    private struct Count {
        let epoch: String
        /// All that is within the bounds.
        let visible: Selection
        /// What lies before the steps.
        var start: Step
        /// Only emissions with something of it.
        var steps: [Step] = []
        var clients = 1
        /// The time of ``trim(upTo:now:ageMs:)`` that found it without clients first.
        var unusedSince: Double?

        var last: UInt64 { (steps.last ?? start).told }
    }

    private let matches: MatchTable
    private let nextEpoch: @Sendable () -> String
    private var counts: [SelectionBounds: Count] = [:]

    init(matches: MatchTable, nextEpoch: @escaping @Sendable () -> String) {
        self.matches = matches
        self.nextEpoch = nextEpoch
    }

    /// Whether nobody has bounds.
    var isEmpty: Bool { counts.isEmpty }

    // MARK: Clients

    /// - Parameter seq: the last emission before the client came.
    mutating func joined(within bounds: SelectionBounds?, seq: UInt64) {
        guard let bounds else { return }
        if counts[bounds] != nil {
            counts[bounds]?.clients += 1
            counts[bounds]?.unusedSince = nil
        } else if let visible = Selection(hosts: [], probes: []).within(bounds) {
            counts[bounds] = Count(
                epoch: nextEpoch(), visible: visible.remembering(in: matches), start: Step(seq: seq, told: 0))
        }
    }

    mutating func left(within bounds: SelectionBounds?) {
        if let bounds { counts[bounds]?.clients -= 1 }
    }

    /// Forgets what nobody can come back to.
    ///
    /// - Parameters:
    ///   - seq: all up to this emission has been told, and is not held any more.
    ///   - now: Unix epoch in ms.
    ///   - ageMs: for how long emissions are held.
    mutating func trim(upTo seq: UInt64, now: Double, ageMs: Double) {
        for (bounds, count) in counts {
            let past = count.steps.prefix { $0.seq <= seq }
            if let last = past.last {
                counts[bounds]?.start = last
                counts[bounds]?.steps.removeFirst(past.count)
            }
            guard count.clients == 0 else { continue }
            let since = count.unusedSince ?? now
            counts[bounds]?.unusedSince = since
            if now - since > ageMs { counts[bounds] = nil }
        }
    }

    // MARK: Counting

    mutating func changed(_ emissions: [Emission]) {
        // In place: nothing is copied while they are walked through.
        var index = counts.startIndex
        while index != counts.endIndex {
            defer { counts.formIndex(after: &index) }
            let visible = counts.values[index].visible
            var told = counts.values[index].last
            for emission in emissions {
                let more = emission.kind.count(of: visible)
                guard more > 0 else { continue }
                told += UInt64(more)
                counts.values[index].steps.append(Step(seq: emission.seq, told: told))
            }
        }
    }

    func epoch(within bounds: SelectionBounds) -> String? { counts[bounds]?.epoch }

    /// The count at an emission.
    func told(_ seq: UInt64, within bounds: SelectionBounds) -> UInt64 {
        guard let count = counts[bounds] else { return 0 }
        return (count.steps.last { $0.seq <= seq } ?? count.start).told
    }

    /// The last emission at which the count was that; nil where it never was, or that is too long ago.
    ///
    /// - Parameter last: the last emission of all.
    func seq(told: UInt64, within bounds: SelectionBounds, last: UInt64) -> UInt64? {
        guard let count = counts[bounds] else { return nil }
        let known = count.steps.lastIndex { $0.told <= told }
        guard (known.map { count.steps[$0] } ?? count.start).told == told else { return nil }
        let next = known.map { $0 + 1 } ?? 0
        return next < count.steps.count ? count.steps[next].seq - 1 : last
    }

    /// The last emission up to which nothing within the bounds came after `seq`.
    func seq(passing seq: UInt64, within bounds: SelectionBounds, last: UInt64) -> UInt64 {
        guard let count = counts[bounds] else { return seq }
        let known = count.steps.lastIndex { $0.seq <= seq }
        let next = known.map { $0 + 1 } ?? 0
        return next < count.steps.count ? count.steps[next].seq - 1 : max(seq, last)
    }
}

extension Emission.Kind {
    /// How many samples, or names of what is gone, are of a selection.
    fileprivate func count(of selection: Selection) -> Int {
        switch self {
        case .samples(let samples): samples.count { selection.matches(host: $0.host, probe: $0.probe) }
        case .gone(let keys, let samples):
            keys.count { selection.matches(host: $0.host, probe: $0.probe) }
                + samples.count { selection.matches(host: $0.host, probe: $0.probe) }
        case .resync(let keys): keys.count { selection.matches(host: $0.host, probe: $0.probe) }
        }
    }
}
