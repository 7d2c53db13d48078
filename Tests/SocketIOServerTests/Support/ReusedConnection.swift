import NIOCore
import NIOWebSocket
import SocketIOServer
import TestSupport

/// One TCP connection over which several requests go, and then a WebSocket: as a proxy uses it.
actor ReusedConnection {
    struct Answer: Sendable, Equatable {
        let status: Int
        let header: String
        let body: String

        func value(of name: String) -> String? {
            header.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name): ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    struct Ended: Error {}

    nonisolated let probe: HTTPProbe
    private var bytes = ByteBuffer()

    /// - Parameter address: from where, of this machine's own addresses.
    init(port: Int, from address: String? = nil) async throws {
        probe = try await HTTPProbe.connect(port: port, from: address)
    }

    /// The request to open a WebSocket.
    static func upgrade(_ target: String = RunningServer.target, headers: [String] = []) -> String {
        ([
            "GET \(target) HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
        ] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    func send(_ text: String) async throws { try await probe.send(text) }

    func send(frame text: String) async throws {
        try await probe.send(raw: WebSocketClient.frame(opcode: .text, Array(text.utf8)))
    }

    /// Sends a request and reads the whole answer.
    func ask(_ request: String) async throws -> Answer {
        try await send(request)
        return try await answer(hasBody: !request.hasPrefix("HEAD "))
    }

    /// The next answer, by its content length.
    func answer(hasBody: Bool = true) async throws -> Answer {
        var header = ""
        while !header.hasSuffix("\r\n\r\n") { header += String(decoding: try await take(1), as: UTF8.self) }
        let head = Answer(status: Int(header.dropFirst(9).prefix(3)) ?? 0, header: header, body: "")
        guard hasBody, head.status != 101, let length = head.value(of: "content-length").flatMap({ Int($0) })
        else { return head }
        let body = String(decoding: try await take(length), as: UTF8.self)
        return Answer(status: head.status, header: header, body: body)
    }

    /// The next text frame of the server.
    func text() async throws -> String {
        let start = try await take(2)
        var length = Int(start[1])
        if length >= 126 {
            length = try await take(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return String(decoding: try await take(length), as: UTF8.self)
    }

    /// Whether the server has closed the connection, with nothing before that.
    func isClosed() async -> Bool {
        if bytes.readableBytes > 0 { return false }
        return await probe.next() == nil
    }

    private func take(_ count: Int) async throws -> [UInt8] {
        while bytes.readableBytes < count {
            guard let more = await probe.next() else { throw Ended() }
            bytes.writeImmutableBuffer(more)
        }
        return bytes.readBytes(length: count) ?? []
    }
}
