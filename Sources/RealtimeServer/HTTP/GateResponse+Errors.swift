import EngineIO
import NIOCore
import NIOHTTP1

/// The refusals, on one screen.
extension GateResponse {
    /// One of Engine.IO's errors. A method that is not allowed stays 400: the protocol's clients and suites know no 405.
    init(_ error: EngineRequestError) {
        self.init(status: error == .forbidden ? .forbidden : .badRequest, json: error.json)
        if error == .badHandshakeMethod { headers.append(Self.allow) }
    }

    /// A request that breaks a rule of HTTP.
    init(_ fault: RequestRules.Fault) {
        self.init(fault.status, "bad-request", fault.message)
    }

    /// Bytes that are no HTTP request, or too many of them.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow: self.init(.requestHeaderFieldsTooLarge, "too-large", "the request's header is too large")
        case .invalidVersion: self.init(.httpVersionNotSupported, "bad-request", "the version is HTTP/1.1 or HTTP/1.0")
        default: self.init(.badRequest, "bad-request", "malformed HTTP request")
        }
    }

    /// A POST over `maxPayload`.
    static let tooLarge = GateResponse(status: .payloadTooLarge)

    /// No further session may be opened from there.
    static let tooManySessions = GateResponse(status: .serviceUnavailable, headers: [Header("retry-after", "5")])

    private init(_ status: HTTPResponseStatus, _ code: String, _ message: String) {
        self.init(status: status, json: "{\"error\":{\"code\":\"\(code)\",\"message\":\"\(message)\"}}")
    }

    private init(status: HTTPResponseStatus, json: String) {
        self.init(
            status: status, headers: [Header("content-type", "application/json"), Self.noStore],
            body: [ByteBuffer(string: json)])
    }
}
