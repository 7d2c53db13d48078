import NIOCore
import NIOHTTP1

/// An answer that the server gives itself.
struct GateResponse: Equatable {
    let status: HTTPResponseStatus
    var headers: [Header] = []
    var body: [ByteBuffer] = []
    var hasLength = true

    struct Header: Equatable {
        let name: String
        let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The packets that answer a poll (Engine.IO v4 §Packet encoding).
    static func packets(_ packets: [ByteBuffer]) -> GateResponse {
        var body: [ByteBuffer] = []
        for (index, packet) in packets.enumerated() {
            if index > 0 { body.append(separator) }
            body.append(packet)
        }
        return GateResponse(
            status: .ok, headers: [Header("content-type", "text/plain; charset=UTF-8"), noStore], body: body)
    }

    /// The same answer in gzip, if it is large enough (nil: never) and the client accepts that.
    func compressed(
        for request: HTTPRequestHead, threshold: Int?, _ compress: ([ByteBuffer]) -> ByteBuffer?
    ) -> GateResponse {
        guard let threshold, body.reduce(0, { $0 + $1.readableBytes }) >= threshold else { return self }
        var response = self
        response.headers.append(Header("vary", "accept-encoding"))
        guard AcceptedEncodings(request.headers).prefersGzip, let whole = compress(body) else { return response }
        response.headers.append(Header("content-encoding", "gzip"))
        response.body = [whole]
        return response
    }

    /// The packets of a POST are taken.
    static let taken = GateResponse(
        status: .ok, headers: [Header("content-type", "text/html"), noStore], body: [ByteBuffer(string: "ok")])

    /// The answer to OPTIONS, for example a browser's preflight: the methods, and the headers that were asked for.
    ///
    /// - Parameter isShared: Whether a page of that origin may use the server.
    static func options(_ requested: [String], isShared: Bool) -> GateResponse {
        var headers = [allow]
        guard isShared else { return GateResponse(status: .noContent, headers: headers) }
        headers += [Header("access-control-allow-methods", "GET,POST"), Header("access-control-max-age", "600")]
        if !requested.isEmpty {
            headers.append(Header("access-control-allow-headers", requested.joined(separator: ",")))
        }
        return GateResponse(status: .noContent, headers: headers)
    }

    /// The header of the answer to a poll. HEAD opens no session and takes no packets, so the length is not known.
    static let unpolled = GateResponse(
        status: .ok, headers: [Header("content-type", "text/plain; charset=UTF-8"), noStore], hasLength: false)

    static let allow = Header("allow", "GET, HEAD, POST, OPTIONS")
    /// RFC 6455 §4.4: who upgrades with another version is told which one is spoken here.
    static let webSocketVersion = Header("sec-websocket-version", "13")
    static let noStore = Header("cache-control", "no-store")
    private static let separator = ByteBuffer(bytes: [0x1e])

    func head(version: HTTPVersion, sharing: [Header], keepAlive: Bool) -> HTTPResponseHead {
        var fields = HTTPHeaders()
        for header in headers + sharing { fields.add(name: header.name, value: header.value) }
        if status != .noContent, hasLength {
            fields.add(name: "content-length", value: String(body.reduce(0) { $0 + $1.readableBytes }))
        }
        fields.add(name: "connection", value: keepAlive ? "keep-alive" : "close")
        return HTTPResponseHead(version: version, status: status, headers: fields)
    }
}
