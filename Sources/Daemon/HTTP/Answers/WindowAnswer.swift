import Access
import HTTPTypes
import Hummingbird
import JSONBytes
import NIOCore
import StreamAssembly

/// The window as JSON, as lines of JSON, or as a table. It is read from the window and written a piece at a time, as
/// fast as the client takes it. A slow client holds only a place in the window and one piece of text, however much it
/// asked for.
enum WindowAnswer {
    /// - Parameters:
    ///   - selection: what of the query's may be seen.
    ///   - isWanted: whether the client is still there.
    ///   - pay: pays for work, in units of ``WorkBudget``.
    static func make(
        _ query: WindowQuery, of selection: BoundSelection, from window: BoundWindow, now: Double,
        isWanted: @escaping @Sendable () -> Bool, pay: @escaping @Sendable (Double) -> Void
    ) async -> Response {
        let (seq, cursor) = await window.read(
            selection, after: query.since, limit: query.limit,
            noteBytes: query.format == .json ? notesBytes : .max)
        let reader = Reader(window: window, cursor: cursor, isWanted: isWanted, pay: pay)
        switch query.format {
        case .json: return response(type: "application/json") { try await writeJSON(reader, seq, now, to: &$0) }
        case .ndjson: return response(type: "application/x-ndjson") { try await writeLines(reader, to: &$0) }
        case .csv: return response(type: "text/csv; charset=utf-8") { try await writeTable(reader, to: &$0) }
        }
    }

    /// How many bytes of samples are read from the assembler at a time.
    private static let pageBytes = 64 * 1024
    /// A JSON answer has notes after the samples, which are kept until then.
    private static let notesBytes = 96 * 1024

    // MARK: Formats

    /// `{"ok": true, "seq", "now", "samples": [sample, …], "keys", "times"}`
    @concurrent private static func writeJSON(
        _ reader: Reader, _ seq: UInt64?, _ now: Double, to text: inout BodyText
    ) async throws {
        var head = JSONWriter(reservingCapacity: 80)
        head.beginObject()
        head.key("ok")
        head.bool(true)
        if let seq {
            head.key("seq")
            head.integer(seq)
        }
        head.key("now")
        head.number(now)
        head.key("samples")
        head.beginArray()
        try await text.write(head.bytes)
        var notes = SampleNotes([])
        var isFirst = true
        var reader = reader
        while let page = try await reader.next() {
            for sample in page {
                notes.add(sample)
                if !isFirst { try await text.write([UInt8(ascii: ",")]) }
                isFirst = false
                try await text.write(sample.bytes)
            }
        }
        try await text.write([UInt8(ascii: "]")] + notes.members + [UInt8(ascii: "}")])
    }

    @concurrent private static func writeLines(_ reader: Reader, to text: inout BodyText) async throws {
        var reader = reader
        while let page = try await reader.next() {
            for sample in page {
                try await text.write(TerminalText.line(json: sample.bytes, isForTerminal: false) + [UInt8(ascii: "\n")])
            }
        }
    }

    /// The window is read twice, because each row has the columns of all samples.
    @concurrent private static func writeTable(_ reader: Reader, to text: inout BodyText) async throws {
        let table = SampleTable(try await columns(of: reader))
        try await text.write(table.head)
        var reader = reader
        while let page = try await reader.next() {
            for sample in page { try await text.write(table.row(sample)) }
        }
    }

    /// The places of this first reader are let go with it, before anybody takes the table.
    @concurrent private static func columns(of reader: Reader) async throws -> SampleTable.Columns {
        var reader = reader
        var columns = SampleTable.Columns()
        while let page = try await reader.next() { page.forEach { columns.add($0) } }
        return columns
    }

    // MARK: Reading and writing

    private struct Reader: Sendable {
        let window: BoundWindow
        var cursor: WindowCursor
        let isWanted: @Sendable () -> Bool
        let pay: @Sendable (Double) -> Void

        /// Nil if everything is read. A step that finds nothing is paid for, too, and after a long one it rests for as
        /// long: others are served on the same event loop.
        mutating func next() async throws -> [Sample]? {
            while isWanted() {
                let began = ContinuousClock.now
                let samples = await window.step(&cursor, maxBytes: WindowAnswer.pageBytes)
                pay(cursor.takeWork())
                guard let samples, samples.isEmpty else { return samples }
                try await Task.sleep(for: ContinuousClock.now - began)
            }
            throw ClientLeft()
        }
    }

    /// Nobody takes the answer any more.
    private struct ClientLeft: Error {
    }

    private static func response(
        type: String, _ write: @escaping @concurrent @Sendable (inout BodyText) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"], body: BodyText.body(write))
    }
}
