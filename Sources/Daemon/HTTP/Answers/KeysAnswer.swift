import HTTPTypes
import Hummingbird
import StreamAssembly

/// The keys of the window, looked up and written a page at a time, as the client takes them.
enum KeysAnswer {
    private static let pageKeys = 256

    static func make(from assembler: StreamAssembler) -> Response {
        let body = BodyText.body { text in
            try await text.write(Array(#"{"ok":true,"keys":["#.utf8))
            var (last, isFirst): (String?, Bool) = (nil, true)
            while case let page = await assembler.keys(.all, after: last, limit: pageKeys), let end = page.last {
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
