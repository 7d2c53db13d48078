import HTTPTypes
import Hummingbird
import JSONBytes
import NIOCore
import StreamAssembly

/// The window as JSON, as lines of JSON, or as a table. It is read from the window and written a piece at a time, as
/// fast as the client takes it. A slow client holds only a place in the window and one piece of text, however much it
/// asked for.
enum WindowAnswer {
    static func make(_ query: WindowQuery, from assembler: StreamAssembler, now: Double) async -> Response {
        let (seq, cursor) = await assembler.read(
            query.selection, after: query.since, limit: query.limit,
            noteBytes: query.format == .json ? notesBytes : .max)
        let reader = Reader(assembler: assembler, cursor: cursor)
        switch query.format {
        case .json: return response(type: "application/json") { try await writeJSON(reader, seq, now, to: &$0) }
        case .ndjson: return response(type: "application/x-ndjson") { try await writeLines(reader, to: &$0) }
        case .csv: return response(type: "text/csv; charset=utf-8") { try await writeTable(reader, to: &$0) }
        }
    }

    /// The number of samples that are read from the assembler at a time.
    private static let pageBytes = 64 * 1024
    /// A JSON answer has notes after the samples, which are kept until then.
    private static let notesBytes = 96 * 1024

    // MARK: Formats

    /// `{"ok": true, "seq", "now", "samples": [sample, …], "keys", "times"}`
    @concurrent private static func writeJSON(
        _ reader: Reader, _ seq: UInt64, _ now: Double, to text: inout BodyText
    ) async throws {
        var head = JSONWriter(reservingCapacity: 80)
        head.beginObject()
        head.key("ok")
        head.bool(true)
        head.key("seq")
        head.integer(seq)
        head.key("now")
        head.number(now)
        head.key("samples")
        head.beginArray()
        try await text.write(head.bytes)
        var notes = SampleNotes([])
        var isFirst = true
        var reader = reader
        while let page = await reader.next() {
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
        while let page = await reader.next() {
            for sample in page {
                try await text.write(TerminalText.line(json: sample.bytes, isForTerminal: false) + [UInt8(ascii: "\n")])
            }
        }
    }

    /// The window is read twice, because each row has the columns of all samples.
    @concurrent private static func writeTable(_ reader: Reader, to text: inout BodyText) async throws {
        var names = SampleTable.Columns()
        var first = reader
        while let page = await first.next() { page.forEach { names.add($0) } }
        let table = SampleTable(names)
        try await text.write(table.head)
        var reader = reader
        while let page = await reader.next() {
            for sample in page { try await text.write(table.row(sample)) }
        }
    }

    // MARK: Reading and writing

    private struct Reader: Sendable {
        let assembler: StreamAssembler
        var cursor: WindowCursor

        /// Nil if everything is read.
        mutating func next() async -> [Sample]? {
            let samples: [Sample]
            (samples, cursor) = await assembler.next(cursor, maxBytes: WindowAnswer.pageBytes)
            return samples.isEmpty ? nil : samples
        }
    }

    private static func response(
        type: String, _ write: @escaping @concurrent @Sendable (inout BodyText) async throws -> Void
    ) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"], body: BodyText.body(write))
    }
}
