public import FoundationEssentials
@_exported public import JSONBytes
public import NIOHTTP1

/// What a client said when it connected.
public struct Handshake: Sendable {
    /// The headers of the HTTP request that opened the connection.
    public let headers: HTTPHeaders
    /// The target of that request as in its first line: path and query.
    public let url: String
    /// The query of that request.
    public let query: HandshakeQuery
    /// When the request came, on this server's clock.
    public let time: Date
    /// The peer's IP address; nil on a unix socket.
    public internal(set) var remoteAddress: String?
    /// Whether the client's connection is encrypted, as far as this server knows: see
    /// ``SocketIOServer/configure(_:secure:http:)``.
    public internal(set) var secure: Bool
    /// The host and port that the client asked for; nil if it named none.
    public internal(set) var host: String?
    /// The JSON object that the client sent as `auth`; nil if it sent none, and in `allowRequest`.
    public internal(set) var auth: [UInt8]?
    /// The certificate of the client's connection; nil if it showed none, and behind a proxy.
    package internal(set) var certificate: PeerCertificate?
    var coding = ArgumentCoding()

    init(
        headers: HTTPHeaders, query: String, remoteAddress: String?, auth: [UInt8]? = nil, url: String = "",
        secure: Bool = false, time: Date = Date()
    ) {
        self.headers = headers
        self.url = url
        self.query = HandshakeQuery(raw: query)
        self.time = time
        self.remoteAddress = remoteAddress
        self.secure = secure
        host = headers.first(name: "host")
        self.auth = auth
    }

    /// When the request came, in ms since 1970.
    public var issued: Int64 { Int64((time.timeIntervalSince1970 * 1000).rounded(.down)) }

    /// Whether the request names an origin, as browsers do for another server than the page's own.
    public var xdomain: Bool { headers.contains(name: "origin") }

    /// Decodes `auth`; an empty object if the client sent none.
    ///
    /// - Throws: ``ArgumentError`` if it has another type.
    public func decodeAuth<Value: Decodable>(as type: Value.Type) throws(ArgumentError) -> Value {
        var arguments = EventArguments(json: [auth ?? Array("{}".utf8)])
        arguments.coding = coding
        return try arguments.decode(as: type)
    }

    /// `auth` as a value; an empty object if the client sent none.
    public var authValue: JSONValue {
        auth.flatMap { try? JSONValue(parsing: $0, maxDepth: 1_001, allowsLoneSurrogates: true) } ?? .object([:])
    }
}

/// As the official server's `socket.handshake`: `{headers, time, address, xdomain, secure, issued, url, query, auth}`.
/// It contains the client's cookies and tokens, so send it to nobody but the client itself.
extension Handshake: Encodable {
    private enum CodingKeys: CodingKey { case headers, time, address, xdomain, secure, issued, url, query, auth }

    /// Writes one member of `headers` and `query` for each name; several values are joined by `, `.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let fields = headers.map { ($0.name.lowercased(), $0.value) }
        try container.encode(Dictionary(fields) { "\($0), \($1)" }, forKey: .headers)
        try container.encode(time.formatted(.iso8601), forKey: .time)
        try container.encode(remoteAddress, forKey: .address)
        try container.encode(xdomain, forKey: .xdomain)
        try container.encode(secure, forKey: .secure)
        try container.encode(issued, forKey: .issued)
        try container.encode(url, forKey: .url)
        let parameters = query.items.map { ($0.name, $0.value) }
        try container.encode(Dictionary(parameters) { "\($0), \($1)" }, forKey: .query)
        try container.encode(authValue, forKey: .auth)
    }
}

/// The query of a request: `?token=a%20b&room=1&room=2`.
public struct HandshakeQuery: Sendable, Equatable, CustomStringConvertible {
    /// As in the request, without the question mark.
    public let raw: String
    /// Names and values in order, with `%XX` and `+` decoded. A broken `%XX`, and text that is not UTF-8 after
    /// decoding, stay as they were.
    public let items: [(name: String, value: String)]

    init(raw: String) {
        self.raw = raw
        items = raw.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count == 2 ? Self.decoded(parts[1]) : "")
        }
    }

    /// The first value of that name; nil if there is none.
    public subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// All values of that name, in order.
    public func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// The query as in the request.
    public var description: String { raw }

    /// Whether both were the same in the request.
    public static func == (one: HandshakeQuery, other: HandshakeQuery) -> Bool { one.raw == other.raw }

    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let value = UInt8(hexadecimal: rest.prefix(2)) else {
                    bytes.append(byte)
                    continue
                }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? String(text)
    }
}

extension UInt8 {
    /// Two hexadecimal digits, in ASCII.
    fileprivate init?(hexadecimal digits: some Collection<UInt8>) {
        guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        self = value
    }
}
