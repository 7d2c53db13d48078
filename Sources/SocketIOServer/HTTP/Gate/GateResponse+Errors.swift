import EngineIO
import NIOCore
import NIOHTTP1

/// The refusals, on one screen.
extension GateResponse {
    /// One of Engine.IO's errors. A method that is not allowed gets 400, because the protocol's clients and test suites
    /// do not know 405.
    init(_ error: EngineRequestError) {
        self.init(status: error == .forbidden ? .forbidden : .badRequest, json: error.json)
        if error == .badHandshakeMethod { headers.append(Self.allow) }
    }

    init(_ refusal: RequestRefusal) {
        self.init(status: .forbidden, json: refusal.body)
    }

    /// A request that breaks a rule of HTTP.
    init(_ fault: RequestRules.Fault) {
        self.init(fault.status, fault.code, fault.message)
    }

    /// Nobody answers requests outside the Socket.IO path.
    static let notFound = GateResponse(status: .notFound)

    /// A POST larger than `maxPayload`.
    static let tooLarge = GateResponse(status: .payloadTooLarge)

    /// A POST whose body is compressed (RFC 9110 §15.5.16).
    static let encoded: GateResponse = {
        var response = GateResponse(
            .unsupportedMediaType, "content-encoding", "a body is taken as it is; leave Content-Encoding out")
        response.headers.append(Header("accept-encoding", "identity"))
        return response
    }()

    /// That address may not open another session.
    static let tooManySessions = unavailable(
        "too-many-connections", "the server's limit of connections is reached; try again later, or raise the limit")
    static let shuttingDown = unavailable("shutting-down", "the server is shutting down; try again in a few seconds")

    private static func unavailable(_ code: String, _ message: String) -> GateResponse {
        var response = GateResponse(.serviceUnavailable, code, message)
        response.headers.append(Header("retry-after", "5"))
        return response
    }

    /// Plain HTTP came where TLS is spoken (RFC 9110 §15.5.22).
    static let tlsRequired: GateResponse = {
        var response = GateResponse(.upgradeRequired, "tls-required", "this port speaks TLS: use https:// or wss://")
        response.headers += [Header("upgrade", "TLS/1.2"), Header("connection", "upgrade")]
        return response
    }()

    /// The application did not decide in time whether the session may be opened.
    static let undecided = GateResponse(status: .serviceUnavailable, headers: [Header("retry-after", "5")])

    private init(_ status: HTTPResponseStatus, _ code: String, _ message: String) {
        self.init(status: status, json: "{\"error\":{\"code\":\"\(code)\",\"message\":\"\(message)\"}}")
    }

    private init(status: HTTPResponseStatus, json: String) {
        self.init(
            status: status, headers: [Header("content-type", "application/json"), Self.noStore],
            body: [ByteBuffer(string: json)])
    }
}
