import EngineIO
import NIOCore
import NIOHTTP1

/// The refusals, on one screen.
extension GateResponse {
    /// One of Engine.IO's errors.
    init(_ error: EngineRequestError) {
        self.init(status: error == .forbidden ? .forbidden : .badRequest, json: error.json)
    }

    /// Bytes that are no HTTP request.
    static let malformed = GateResponse(
        status: .badRequest, json: #"{"error":{"code":"bad-request","message":"malformed HTTP request"}}"#)

    /// A POST over `maxPayload`.
    static let tooLarge = GateResponse(status: .payloadTooLarge)

    /// No further session may be opened from there.
    static let tooManySessions = GateResponse(status: .serviceUnavailable, headers: [Header("retry-after", "5")])

    /// A whole answer in bytes, for a connection that is closed before anything is read from it.
    static let tooManyConnections = ByteBuffer(
        string: "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    private init(status: HTTPResponseStatus, json: String) {
        self.init(
            status: status, headers: [Header("content-type", "application/json"), Self.noStore],
            body: [ByteBuffer(string: json)])
    }
}
