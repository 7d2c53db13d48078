import Access
import NIOCore
import StreamAssembly

/// Columns of numbers for clients that ask by an event: made in slices between which frames pass, a few at a time.
extension MonitoringFeed {
    /// How long one slice is worked on; as long it rests then.
    private static let slice = Duration.milliseconds(1)

    /// Begins to make an answer.
    ///
    /// - Parameters:
    ///   - bound: what of the query's selection may be seen.
    ///   - answer: called once with it, unless the client leaves.
    /// - Returns: false where one is under way for the client, or as many as may be for others.
    func series(
        _ id: String, _ query: SeriesQuery, of bound: BoundSelection, answer: @escaping @Sendable ([UInt8]) -> Void
    ) -> Bool {
        let text = SeriesText(query, of: bound, .event(bytes: answerBytes))
        guard seriesDesk.begin(id, text, now: now, answer: answer) else { return false }
        let selection = bound.selection
        pay(Cost.comparing(selection, keys: Cost.keys(keyCount, within: selection.bounds)), id)
        if seriesDesk.schedules() { goOnWithSeries(in: .zero) }
        return true
    }

    private func goOnWithSeries(in wait: TimeAmount) {
        eventLoop.scheduleTask(in: wait) { self.assumeIsolated { $0.workOnSeries() } }
    }

    /// Works on the answer whose turn it is.
    private func workOnSeries() {
        let began = ContinuousClock.now
        if let id = seriesDesk.turn() {
            var (cost, isDone) = (0.0, false)
            while !isDone, ContinuousClock.now - began < Self.slice {
                (cost, isDone) = seriesDesk.step(id) { cursor in assembler.assumeIsolated { $0.step(cursor) } }
                pay(cost, id)
            }
            if isDone { seriesDesk.end(id)?() }
        }
        guard seriesDesk.isAnythingUnderWay else { return seriesDesk.rests() }
        goOnWithSeries(in: TimeAmount(ContinuousClock.now - began))
    }
}

/// The answers that are being made, one for a client at most.
struct SeriesDesk {
    private struct Work {
        var text: SeriesText
        var cursor: PastCursor
        var bytes: [UInt8]
        let answer: @Sendable ([UInt8]) -> Void
    }

    /// Each may hold as much as an answer may be long.
    private static let most = 4

    private var works: [String: Work] = [:]
    private var turns: [String] = []
    private var isScheduled = false

    var isAnythingUnderWay: Bool { !works.isEmpty }

    /// The most bytes of all answers that are being made.
    var bytesUnderWay: Int { works.values.reduce(0) { $0 + $1.text.bounds.bytes } }

    mutating func begin(
        _ id: String, _ text: SeriesText, now: Double, answer: @escaping @Sendable ([UInt8]) -> Void
    ) -> Bool {
        guard works[id] == nil, works.count < Self.most else { return false }
        works[id] = Work(text: text, cursor: text.cursor, bytes: text.head(now: now), answer: answer)
        turns.append(id)
        return true
    }

    /// Whether somebody has to come for it: nobody comes yet.
    mutating func schedules() -> Bool {
        defer { isScheduled = true }
        return !isScheduled
    }

    mutating func rests() { isScheduled = false }

    /// Whose turn it is; each in turn.
    mutating func turn() -> String? {
        guard !turns.isEmpty else { return nil }
        let id = turns.removeFirst()
        turns.append(id)
        return id
    }

    /// Reads and takes one slice.
    ///
    /// - Returns: what it costs, and whether the answer is whole.
    mutating func step(
        _ id: String, read: (PastCursor) -> (slice: PastSlice?, cursor: PastCursor)?
    ) -> (cost: Double, isDone: Bool) {
        guard let index = works.index(forKey: id) else { return (0, true) }
        let began = ContinuousClock.now
        guard !works.values[index].text.isCut, let (slice, cursor) = read(works.values[index].cursor) else {
            return (0, true)
        }
        works.values[index].cursor = cursor
        guard let slice else { return (0, false) }
        works.values[index].bytes += works.values[index].text.take(slice, began: began)
        return (works.values[index].text.takeCost(), false)
    }

    /// Takes the answer out; nil where there is none. Call what is given to send it.
    mutating func end(_ id: String) -> (() -> Void)? {
        turns.removeAll { $0 == id }
        guard let work = works.removeValue(forKey: id) else { return nil }
        return { work.answer(work.bytes + work.text.tail) }
    }
}
