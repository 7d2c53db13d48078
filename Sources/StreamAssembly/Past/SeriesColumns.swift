import JSONBytes
import SampleContract

/// The points in time at which columns have values: whole multiples of `step`. A point stands for the time from it to
/// the next one.
package struct SeriesSpan: Sendable, Equatable {
    /// A span that makes no sense: names the field, what was given and what is allowed.
    package struct Invalid: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Allowed steps, ms.
    package static let steps = 100...3_600_000
    /// The most points of a column.
    package static let maxPoints = 10_000
    /// No clock of ours says a time outside of this, Unix epoch in ms.
    private static let times = 0.0...1e14

    /// The first point, Unix epoch in ms.
    package let from: Int64
    /// ms.
    package let step: Int64
    package let points: Int

    /// The point behind the last.
    package var to: Int64 { from + step * Int64(points) }

    /// Takes in both ends: the first point is at `from` or less than a step before it.
    package init(from: Double, to: Double, step: Double) throws(Invalid) {
        guard let whole = Int(exactly: step), Self.steps.contains(whole) else {
            throw Self.invalid("step", step, "a whole number, \(Self.steps.lowerBound) to \(Self.steps.upperBound) ms")
        }
        for (name, time) in [("from", from), ("to", to)] where !Self.times.contains(time) {
            throw Self.invalid(name, time, "a time in ms, Unix epoch")
        }
        guard from <= to else { throw Self.invalid("from", from, "a time in ms that is not after 'to'") }
        let first = (from / step).rounded(.down)
        let count = (to / step).rounded(.down) - first + 1
        guard count <= Double(Self.maxPoints) else {
            throw Self.invalid("step", step, "at most \(Self.maxPoints) steps between 'from' and 'to'")
        }
        self.step = Int64(whole)
        self.from = Int64(first) * Int64(whole)
        points = Int(count)
    }

    /// The number of the point that stands for a time; nil where none does.
    func point(of t: Double) -> Int? {
        guard t >= Double(from), t < Double(to) else { return nil }
        return Int((t - Double(from)) / Double(step))
    }

    private static func invalid(_ name: String, _ value: Double, _ allowed: String) -> Invalid {
        var writer = JSONWriter(reservingCapacity: 24)
        writer.number(value)
        let text = value.isFinite ? String(decoding: writer.bytes, as: UTF8.self) : "\(value)"
        return Invalid(description: "\(name): \(text) is not allowed; allowed: \(allowed)")
    }
}

/// Columns of numbers of one key, by paths into its figures. At each point stands the number of the newest sample of
/// its time; a gap where there is none, or where that sample has no number there.
package struct SeriesColumns: Sendable {
    private let paths: [FigurePath]
    private let span: SeriesSpan
    /// By path; what is no number is a gap. Empty until there is one.
    private var columns: [[Double]]
    private var oldest: Double?
    private var newest: Double?
    /// The newest sample so far of its point.
    private var waiting: (point: Int, sample: PastFigures)?
    /// How many samples have been looked into.
    package private(set) var samplesRead = 0

    package init(_ paths: [FigurePath], _ span: SeriesSpan) {
        self.paths = paths
        self.span = span
        columns = Array(repeating: [], count: paths.count)
    }

    /// Takes the samples of the key, the oldest first.
    mutating func add(_ samples: [PastFigures]) {
        for sample in samples {
            guard let point = span.point(of: sample.t) else { continue }
            if let waiting, waiting.point != point { read(waiting.sample, at: waiting.point) }
            waiting = (point, sample)
            oldest = oldest ?? sample.t
            newest = sample.t
        }
    }

    /// Takes the next samples of the key that was told last.
    package mutating func add(_ slice: PastSlice) { add(slice.samples) }

    private mutating func read(_ sample: PastFigures, at point: Int) {
        samplesRead += 1
        let reading = FigureReading(sample.bytes)
        for (index, path) in paths.enumerated() {
            guard let number = reading.number(at: path) else { continue }
            if columns[index].isEmpty { columns[index] = Array(repeating: .nan, count: span.points) }
            columns[index][point] = number
        }
    }

    /// `{"key", "host", "probe", "from", "to", "columns": [[number or null, …], …]}`: `from` and `to` are the times of
    /// the oldest and the newest sample of the span. A column without a number is empty. Nil where there is no sample.
    package mutating func encode(_ key: KeySummary) -> [UInt8]? {
        if let waiting { read(waiting.sample, at: waiting.point) }
        waiting = nil
        guard let oldest, let newest else { return nil }
        var writer = JSONWriter(reservingCapacity: 160 + 6 * columns.reduce(0) { $0 + $1.count })
        writer.beginObject()
        writer.key("key")
        writer.string(key.key)
        writer.key("host")
        writer.string(key.host)
        writer.key("probe")
        writer.string(key.probe)
        writer.key("from")
        writer.number(oldest)
        writer.key("to")
        writer.number(newest)
        writer.key("columns")
        writer.beginArray()
        for column in columns {
            writer.beginArray()
            for number in column { writer.number(number) }
            writer.endArray()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
