import EngineIO
import NIOCore
import NIOHTTP1

/// The answer to a request that the server refuses by itself.
struct ErrorResponse: Equatable {
    let status: HTTPResponseStatus
    let json: String

    /// One of Engine.IO's errors.
    init(_ error: EngineRequestError) {
        status = error == .forbidden ? .forbidden : .badRequest
        json = error.json
    }

    /// Bytes that are no HTTP request.
    static let malformed = ErrorResponse(
        status: .badRequest, json: #"{"error":{"code":"bad-request","message":"malformed HTTP request"}}"#)

    /// A whole answer in bytes, for a connection that is closed before anything is read from it.
    static let tooManyConnections = ByteBuffer(
        string: "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    private init(status: HTTPResponseStatus, json: String) {
        self.status = status
        self.json = json
    }

    func head(version: HTTPVersion, keepAlive: Bool) -> HTTPResponseHead {
        var headers = HTTPHeaders()
        headers.add(name: "content-type", value: "application/json")
        headers.add(name: "content-length", value: String(json.utf8.count))
        headers.add(name: "cache-control", value: "no-store")
        headers.add(name: "connection", value: keepAlive ? "keep-alive" : "close")
        return HTTPResponseHead(version: version, status: status, headers: headers)
    }
}
