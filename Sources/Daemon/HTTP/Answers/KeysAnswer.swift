import Access
import HTTPTypes
import Hummingbird
import NIOCore
import StreamAssembly

/// The text of an answer that is made while its reader takes it. Only a piece of it waits here, never the whole.
struct BodyText: ~Copyable {
    private static let pieceBytes = 32 * 1024

    private var writer: any ResponseBodyWriter
    private var piece = ByteBuffer()

    private init(_ writer: consuming any ResponseBodyWriter) { self.writer = writer }

    /// A body that `write` writes from beginning to end.
    static func body(_ write: @escaping @concurrent @Sendable (inout BodyText) async throws -> Void) -> ResponseBody {
        ResponseBody { writer in
            var text = BodyText(writer)
            try await write(&text)
            try await text.finish()
        }
    }

    /// Waits for the reader if it has not taken the earlier pieces.
    @concurrent mutating func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.pieceBytes - piece.readableBytes)
            piece.writeBytes(part)
            rest = rest.dropFirst(part.count)
            guard piece.readableBytes >= Self.pieceBytes else { continue }
            try await writer.write(piece)
            // The channel owns the written piece now.
            piece = ByteBuffer()
        }
    }

    @concurrent private consuming func finish() async throws {
        if piece.readableBytes > 0 { try await writer.write(piece) }
        try await writer.finish(nil)
    }
}

/// The keys of the window, looked up and written a page at a time, as the client takes them.
enum KeysAnswer {
    private static let pageKeys = 256

    /// - Parameter pay: pays for work, in units of ``WorkBudget``.
    static func make(
        _ selection: BoundSelection, from window: BoundWindow, pay: @escaping @Sendable (Double) -> Void
    ) -> Response {
        let body = BodyText.body { text in
            try await text.write(Array(#"{"ok":true,"keys":["#.utf8))
            var (last, isFirst): (String?, Bool) = (nil, true)
            while case let page = await window.keys(selection, after: last, limit: pageKeys), let end = page.last {
                pay(Double(page.keys.count))
                for key in page.keys {
                    if !isFirst { try await text.write([UInt8(ascii: ",")]) }
                    isFirst = false
                    try await text.write(key.encoded)
                }
                last = end
            }
            try await text.write(Array("]}".utf8))
        }
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"], body: body)
    }
}
