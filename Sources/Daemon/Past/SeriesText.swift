import Access
import JSONBytes
import StreamAssembly

/// Makes the answer to a ``SeriesQuery`` of the slices that are read for it, bounded in bytes and in the time that its
/// making takes; what does not fit is left out, and the answer says so.
struct SeriesText: Sendable {
    /// What an answer may take.
    struct Bounds: Sendable {
        let bytes: Int
        /// Of reading and evaluating, not of waiting for who takes the answer.
        let work: Duration

        /// Over HTTP.
        static let http = Bounds(bytes: 8 << 20, work: .seconds(2))
        /// As an answer to an event: clients exist that refuse messages above 4 MiB.
        static func event(bytes: Int = 3_500_000) -> Bounds { Bounds(bytes: bytes, work: .seconds(1)) }
    }

    let query: SeriesQuery
    let bounds: Bounds
    private let selection: BoundSelection
    private var columns: SeriesColumns
    private var bytes = 0
    private var work = Duration.zero
    private var isFirst = true
    private(set) var isCut = false
    /// Units of ``WorkBudget`` that have not been paid yet.
    private var owed = 0.0

    /// - Parameter selection: what of the query's may be seen.
    init(_ query: SeriesQuery, of selection: BoundSelection, _ bounds: Bounds) {
        self.query = query
        self.selection = selection
        self.bounds = bounds
        columns = SeriesColumns(query.paths, query.span)
    }

    var cursor: PastCursor { PastCursor(selection.selection, query.span) }

    /// `{"ok": true, "now", "from", "to", "step", "paths": […], "series": [`
    func head(now: Double) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 160)
        writer.beginObject()
        writer.key("ok")
        writer.bool(true)
        writer.key("now")
        writer.number(now)
        writer.key("from")
        writer.integer(query.span.from)
        writer.key("to")
        writer.integer(query.span.to)
        writer.key("step")
        writer.integer(query.span.step)
        writer.key("paths")
        writer.beginArray()
        for path in query.paths { writer.string(path.text) }
        writer.endArray()
        writer.key("series")
        writer.beginArray()
        return writer.bytes
    }

    /// `], "cut": bool}`
    var tail: [UInt8] { Array((isCut ? #"],"cut":true}"# : #"],"cut":false}"#).utf8) }

    /// What follows in the answer: the columns of a key once they are whole.
    ///
    /// - Parameter began: when the reading of the slice began.
    mutating func take(_ slice: PastSlice, began: ContinuousClock.Instant) -> [UInt8] {
        columns.add(slice)
        let text = slice.isLast ? finish(slice.key) : []
        work += ContinuousClock.now - began
        if work > bounds.work { isCut = true }
        return text
    }

    private mutating func finish(_ key: KeySummary) -> [UInt8] {
        let text = columns.encode(key)
        owed += Cost.reading(samples: columns.samplesRead, paths: query.paths.count)
        columns = SeriesColumns(query.paths, query.span)
        guard let text else { return [] }
        guard bytes + text.count < bounds.bytes else {
            isCut = true
            return []
        }
        bytes += text.count + 1
        defer { isFirst = false }
        return isFirst ? text : [UInt8(ascii: ",")] + text
    }

    /// What has to be paid for what was read since the last call.
    mutating func takeCost() -> Double {
        defer { owed = 0 }
        return owed
    }
}
