import DequeModule
import JSONBytes
import SortedSearch

/// How far a reader of the past has come: the keys of a selection one by one, by name, and of each the samples of a span,
/// the oldest first. It holds no samples, so none is kept from leaving the window.
package struct PastCursor: Sendable {
    let selection: Selection
    let span: SeriesSpan
    /// The keys that have been looked up and not read, the last first.
    var page: [KeySummary] = []
    /// The last key that was looked up.
    var lastName: String?
    var isLastPage = false
    /// The key that is being read, and behind which of its samples to go on.
    var key: KeySummary?
    var mark: SampleWindow.Position?
    /// Whether some sample of the key has been read.
    var hasBegun = false

    package init(_ selection: Selection, _ span: SeriesSpan) {
        self.selection = selection
        self.span = span
    }
}

/// What a reader of the past gets at once.
package struct PastSlice: Sendable {
    package let key: KeySummary
    let samples: [PastFigures]
    /// Whether the key has no more.
    package let isLast: Bool
}

/// The figures of a sample.
struct PastFigures: Sendable {
    let t: Double
    /// A JSON object.
    let bytes: [UInt8]
}

extension AssemblerState {
    private static var pageKeys: Int { 64 }
    /// Samples in a slice at most.
    private static var sliceSamples: Int { 64 }
    /// Positions of samples that are looked at for a slice at most.
    private static var slicePositions: Int { 4096 }
    /// What is read for a slice, with all that stands in the same frames: about a millisecond.
    private static var sliceBytes: Int { 1 << 20 }

    /// The next samples, of one key; nil where all are read. It may take many steps.
    func next(_ cursor: inout PastCursor) -> PastSlice? {
        while true {
            let (slice, isEnd) = step(&cursor)
            if slice != nil || isEnd { return slice }
        }
    }

    /// One short step: the next samples, of one key, or none where it only passed over keys without samples of the span;
    /// and whether all are read.
    ///
    /// Only the newest sample of each point is read, and the oldest of the span: the others are nowhere shown.
    func step(_ cursor: inout PastCursor) -> (slice: PastSlice?, isEnd: Bool) {
        if cursor.key == nil { turn(&cursor) }
        var visited = 0
        while let key = cursor.key {
            let isNamed = StreamKey(key.key, prefix: configuration.prefix).isNamed
            var chosen: [HeldSample] = []
            var cost = ReadingCost(.figures)
            func choose(_ sample: HeldSample) {
                chosen.append(sample)
                cost.add(sample, in: window)
            }
            // The first of the span is read in any case: it says from when on the key is held.
            var last: (sample: HeldSample, point: Int, isRead: Bool)?
            var end: HeldSample?
            var isWhole = true
            let start = SampleWindow.Position(t: Double(cursor.span.from), id: ExactText(""))
            window.visit(of: key.key, after: cursor.mark ?? start) { sample in
                guard let point = cursor.span.point(of: sample.t) else { return false }
                if visited >= Self.slicePositions || chosen.count == Self.sliceSamples || cost.bytes >= Self.sliceBytes
                {
                    isWhole = false
                    return false
                }
                (visited, end) = (visited + 1, sample)
                guard isNamed || sample.host == key.host && sample.probe == key.probe && !isHeldBack(sample) else {
                    return true
                }
                if let last, last.point != point || last.isRead { choose(last.sample) }
                last = (sample, point, isRead: !cursor.hasBegun)
                cursor.hasBegun = true
                return true
            }
            // What comes behind a slice may be newer at the same point: it replaces the last then.
            if let last { choose(last.sample) }
            cursor.mark = end.flatMap(window.position) ?? cursor.mark
            if isWhole { cursor.key = nil }
            guard isWhole, !cursor.hasBegun else {
                return (PastSlice(key: key, samples: window.figures(chosen), isLast: isWhole), false)
            }
            // The key has none: on to the next of those that have been looked up.
            guard !cursor.page.isEmpty, visited < Self.slicePositions else { break }
            turn(&cursor)
        }
        return (nil, cursor.isLastPage && cursor.page.isEmpty && cursor.key == nil)
    }

    /// Goes to the next key, and looks up a page of them if it has to.
    private func turn(_ cursor: inout PastCursor) {
        if cursor.page.isEmpty, !cursor.isLastPage {
            let (keys, last) = keys(cursor.selection, after: cursor.lastName, limit: Self.pageKeys)
            cursor.page = keys.reversed()
            cursor.lastName = last
            cursor.isLastPage = last == nil
        }
        cursor.key = cursor.page.popLast()
        (cursor.mark, cursor.hasBegun) = (nil, false)
    }

    // MARK: One moment

    /// The samples of a moment, of the first `limit` keys behind a name, or fewer where much has to be read for them;
    /// and the last of these, nil where there is none.
    ///
    /// Of each host and probe that is the newest at or before `t`, if it lies no more than three of its intervals before
    /// it.
    func samples(
        at t: Double, _ selection: Selection, after name: String?, limit: Int
    ) -> (samples: [Sample], last: String?) {
        let (keys, last) = keys(selection, after: name, limit: limit)
        var (samples, cost, current): ([Sample], ReadingCost, String?) = ([], ReadingCost(selection.part), nil)
        for key in keys {
            if cost.bytes >= Self.sliceBytes, let current, current != key.key { return (samples, current) }
            current = key.key
            guard let held = held(of: key, at: t) else { continue }
            cost.add(held, in: window)
            samples += window.read([held], selection.part).filter { t - $0.t <= 3 * $0.intervalMs }
        }
        return (samples, last)
    }

    private func held(of key: KeySummary, at t: Double) -> HeldSample? {
        let isNamed = StreamKey(key.key, prefix: configuration.prefix).isNamed
        return window.newest(of: key.key, notAfter: t, notBefore: t - 3 * Sample.longestIntervalMs) {
            isNamed || $0.host == key.host && $0.probe == key.probe && !isHeldBack($0)
        }
    }
}

extension Sample {
    /// No probe is sampled more rarely, ms.
    fileprivate static let longestIntervalMs = 3_600_000.0

    /// The time between its probe's samples as it says itself; a second where it does not.
    fileprivate var intervalMs: Double {
        guard let range = try? JSONScanner.topLevelValues(bytes, keys: ["intervalMs"])[0],
            let interval = (try? JSONValue(parsing: bytes[range]))?.number, interval > 0
        else { return 1000 }
        return min(interval, Self.longestIntervalMs)
    }
}

extension SampleWindow {
    /// What is held of a key behind a position, the oldest first, until `visit` says that it is enough.
    fileprivate func visit(of key: String, after position: Position, _ visit: (HeldSample) -> Bool) {
        guard let number = numbers[ExactText(key)] else { return }
        let content = contents[number]
        for index in content.index(after: position.t, position.id)..<content.count {
            guard visit(content.held(content.order[index])) else { return }
        }
    }

    fileprivate func position(_ sample: HeldSample) -> Position? {
        numbers[sample.key].map { Position(t: sample.t, id: contents[$0].id(of: sample.number)) }
    }

    /// The newest sample of a key between two times that is wanted.
    fileprivate func newest(
        of key: String, notAfter end: Double, notBefore start: Double, where isWanted: (HeldSample) -> Bool
    ) -> HeldSample? {
        guard let number = numbers[ExactText(key)] else { return nil }
        let content = contents[number]
        let index = content.order.partitionPoint { content.slot($0).t > end }
        for number in content.order[..<index].reversed() {
            guard content.slot(number).t >= start else { return nil }
            let sample = content.held(number)
            if isWanted(sample) { return sample }
        }
        return nil
    }
}
