/// An extension that a client offers, with its parameters in their order (RFC 6455 §9.1).
struct WebSocketExtension: Equatable {
    struct Parameter: Equatable {
        let name: String
        /// Without the quotes, where it had some.
        let value: String?
    }

    let name: String
    let parameters: [Parameter]

    /// The header does not follow the grammar, so the handshake has to fail.
    struct Malformed: Error, Equatable {}

    /// The extensions in all headers `Sec-WebSocket-Extensions`, in the client's order of preference.
    ///
    /// - Throws: ``Malformed``.
    static func offers(_ headers: [String]) throws(Malformed) -> [WebSocketExtension] {
        var offers: [WebSocketExtension] = []
        for header in headers {
            var reader = Reader(header)
            try reader.read(&offers)
        }
        return offers
    }

    /// Reads `1#extension`. Elements of a list may be empty (RFC 9110 §5.6.1).
    private struct Reader {
        private let bytes: [UInt8]
        private var index = 0

        init(_ header: String) { bytes = Array(header.utf8) }

        mutating func read(_ offers: inout [WebSocketExtension]) throws(Malformed) {
            repeat {
                passSpace()
                guard index < bytes.count, bytes[index] != UInt8(ascii: ",") else { continue }
                let name = try token()
                var parameters: [Parameter] = []
                while take(";") { parameters.append(try parameter()) }
                offers.append(WebSocketExtension(name: name, parameters: parameters))
            } while take(",")
            guard index == bytes.count else { throw Malformed() }
        }

        private mutating func parameter() throws(Malformed) -> Parameter {
            let name = try token()
            guard take("=") else { return Parameter(name: name, value: nil) }
            return Parameter(name: name, value: take("\"") ? try quoted() : try token())
        }

        private mutating func token() throws(Malformed) -> String {
            passSpace()
            let start = index
            while index < bytes.count, Self.isToken(bytes[index]) { index += 1 }
            guard index > start else { throw Malformed() }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }

        /// The text in quotes has to be a token too.
        private mutating func quoted() throws(Malformed) -> String {
            var value: [UInt8] = []
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\") { index += 1 }
                guard index < bytes.count, Self.isToken(bytes[index]) else { throw Malformed() }
                value.append(bytes[index])
                index += 1
            }
            guard index < bytes.count, !value.isEmpty else { throw Malformed() }
            index += 1
            return String(decoding: value, as: UTF8.self)
        }

        private mutating func take(_ mark: Unicode.Scalar) -> Bool {
            passSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: mark) else { return false }
            index += 1
            return true
        }

        private mutating func passSpace() {
            while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        }

        private static func isToken(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
    }
}
