public import JSONBytes
public import NIOHTTP1

/// What a client said when it connected.
public struct Handshake: Sendable {
    /// The headers of the HTTP request that opened the connection.
    public let headers: HTTPHeaders
    /// The raw query of that request, without the question mark.
    public let query: String
    /// The peer's IP address; nil on a unix socket.
    public let remoteAddress: String?
    /// The JSON object the client sent as `auth`; nil where it sent none, and in `allowRequest`.
    public internal(set) var auth: [UInt8]?

    /// `auth` decoded; an empty object where the client sent none.
    ///
    /// - Throws: ``ArgumentError`` where it is something else.
    public func decodeAuth<Value: Decodable>(as type: Value.Type) throws(ArgumentError) -> Value {
        try EventArguments(json: [auth ?? Array("{}".utf8)]).decode(as: type)
    }

    /// `auth` read; an empty object where the client sent none.
    public var authValue: JSONValue {
        auth.flatMap { try? JSONValue(parsing: $0) } ?? .object([:])
    }
}
