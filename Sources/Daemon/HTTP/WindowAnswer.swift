import HTTPTypes
import Hummingbird
import JSONBytes
import NIOCore
import StreamAssembly

/// The window as JSON, as lines of JSON, or as a table. Written a piece at a time: a client that reads slowly holds
/// references to samples, not a second copy of them.
enum WindowAnswer {
    static func make(_ query: WindowQuery, from assembler: StreamAssembler, now: Double) async -> Response {
        let (seq, samples) = await assembler.newest(query.selection, after: query.since, limit: query.limit)
        switch query.format {
        case .json:
            // `{"ok": true, "seq", "now", "samples": [sample, …], "keys", "times"}`
            var head = JSONWriter(reservingCapacity: 80)
            head.beginObject()
            head.key("ok")
            head.bool(true)
            head.key("seq")
            head.integer(seq)
            head.key("now")
            head.number(now)
            head.key("samples")
            return response(
                type: "application/json", head: head.bytes + [UInt8(ascii: "[")], samples,
                tail: [UInt8(ascii: "]")] + SampleNotes(samples).members + [UInt8(ascii: "}")]
            ) { sample, isFirst in (isFirst ? [] : [UInt8(ascii: ",")]) + sample.bytes }
        case .ndjson:
            return response(type: "application/x-ndjson", samples) { sample, _ in
                TerminalText.line(json: sample.bytes, isForTerminal: false) + [UInt8(ascii: "\n")]
            }
        case .csv:
            let table = await SampleTable.make(of: samples)
            return response(type: "text/csv; charset=utf-8", head: table.head, samples) { sample, _ in
                table.row(sample)
            }
        }
    }

    private static let pieceBytes = 64 * 1024

    private static func response(
        type: String, head: [UInt8] = [], _ samples: [Sample], tail: [UInt8] = [],
        encode: @escaping @Sendable (_ sample: Sample, _ isFirst: Bool) -> [UInt8]
    ) -> Response {
        let body = ResponseBody { writer in
            var piece = ByteBuffer(bytes: head)
            for (index, sample) in samples.enumerated() {
                piece.writeBytes(encode(sample, index == 0))
                guard piece.readableBytes >= Self.pieceBytes else { continue }
                try await writer.write(piece)
                piece.clear()
            }
            piece.writeBytes(tail)
            if piece.readableBytes > 0 { try await writer.write(piece) }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: type, .cacheControl: "no-store"], body: body)
    }
}
