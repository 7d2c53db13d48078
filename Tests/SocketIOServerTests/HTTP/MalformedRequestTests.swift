import NIOHTTP1
import TestSupport
import Testing

@testable import SocketIOServer

/// Each malformed request gets the status that the RFC has for it, and the rule that it broke (RFC 9110, RFC 9112).
@Suite(.timeLimit(.minutes(1)))
struct MalformedRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let request: String
        let status: Int
        /// Part of the message.
        let reason: String

        init(_ request: String, _ status: Int, _ reason: String) {
            self.request = request
            self.status = status
            self.reason = reason
        }

        var testDescription: String { String(request.prefix(60)) }
    }

    private static let host = "Host: x\r\n"
    private static let polling = "/socket.io/?EIO=4&transport=polling"
    private static let long = String(repeating: "a", count: 17_000)

    static let cases: [Case] = [
        // RFC 9112 §2.2: line ends.
        Case("GET / HTTP/1.1\nHost: x\n\n", 400, "LF alone"),
        Case("GET / HTTP/1.1\r\nHost: x\n\r\n", 400, "LF alone"),
        Case("GET / HTTP/1.1\r\nHost: x\r\n\n", 400, "LF alone"),
        Case("GET /\n\n", 400, "LF alone"),
        // §3: the request line.
        Case("GET /\r\n\(host)\r\n", 400, "request line"),
        Case("GET / HTTP/1.1 \r\n\(host)\r\n", 400, "request line"),
        Case("GET / HTTP/11\r\n\(host)\r\n", 400, "request line"),
        Case("GET / HTTP/1\r\n\(host)\r\n", 400, "request line"),
        Case("GET / http/1.1\r\n\(host)\r\n", 400, "request line"),
        Case("GET  HTTP/1.1\r\n\(host)\r\n", 400, "request line"),
        Case("G@T / HTTP/1.1\r\n\(host)\r\n", 400, "request line"),
        Case("GET\t/\tHTTP/1.1\r\n\(host)\r\n", 400, "request line"),
        // RFC 9110 §9.1: methods are known by their exact names.
        Case("get / HTTP/1.1\r\n\(host)\r\n", 501, "no such method"),
        Case("FETCH / HTTP/1.1\r\n\(host)\r\n", 501, "no such method"),
        Case("PLAY / HTTP/1.1\r\n\(host)\r\n", 501, "no such method"),
        Case("ANNOUNCE /a?b HTTP/1.0\r\n\r\n", 501, "no such method"),
        Case("GET_PARAMETER * HTTP/1.1\r\n\(host)\r\n", 501, "no such method"),
        Case("PLAY / HTTP/1.2\r\n\(host)\r\n", 505, "version"),
        Case("PLAY /  HTTP/1.1\r\n\(host)\r\n", 400, "request line"),
        // RFC 9110 §15.6.6: only another version is another version.
        Case("GET / HTTP/2.0\r\n\(host)\r\n", 505, "version"),
        Case("GET / HTTP/0.9\r\n\(host)\r\n", 505, "version"),
        Case("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version"),
        // What the decoder takes for HTTP and is none (RFC 7826, Icecast).
        Case("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n", 505, "version"),
        Case("OPTIONS  *  RTSP/1.0\r\nCSeq: 1\r\n\r\n", 505, "version"),
        Case("DESCRIBE rtsp://x/y RTSP/1.0\r\nCSeq: 1\r\n\r\n", 505, "version"),
        Case("GET / RTSP/1.0\r\n\(host)\r\n", 505, "version"),
        Case("GET / RTSP/1.1\r\n\(host)\r\n", 505, "version"),
        Case("POST \(polling) RTSP/1.0\r\n\(host)Content-Length: 2\r\n\r\n40", 505, "version"),
        Case("SOURCE /x ICE/1.0\r\n\(host)\r\n", 505, "version"),
        Case("\r\nSOURCE /x ICE/1.0\r\n\(host)\r\n", 505, "version"),
        // RFC 9112 §3.2: targets.
        Case("GET ftp://x/ HTTP/1.1\r\n\(host)\r\n", 400, "scheme"),
        Case("GET * HTTP/1.1\r\n\(host)\r\n", 400, "no path"),
        Case("GET x:80 HTTP/1.1\r\n\(host)\r\n", 400, ""),
        Case("GET /\(long) HTTP/1.1\r\n\(host)\r\n", 414, "target"),
        Case("GET /\(long)", 414, "target"),
        // §5: header lines.
        Case("GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400, "colon"),
        Case("GET / HTTP/1.1\r\n\(host)X: a\r\n b\r\n\r\n", 400, "one line"),
        Case("GET / HTTP/1.1\r\n\(host)X: \(long)\r\n\r\n", 431, "header"),
        Case("GET /\(String(repeating: "a", count: 7_000)) HTTP/1.1\r\n\(host)X: \(long)\r\n\r\n", 431, "header"),
        Case("GET / HTTP/1.1\r\n\(host)\(String(repeating: "X: y\r\n", count: 120))\r\n", 431, "header"),
        // §6: bodies.
        Case("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: gzip\r\n\r\n", 501, "chunked"),
        Case("POST / HTTP/1.1\r\n\(host)Transfer-Encoding: \r\n\r\n", 400, "empty"),
        Case("POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400, "Content-Length"),
        Case("POST / HTTP/1.1\r\n\(host)Content-Length: 0x1\r\n\r\n", 400, "Content-Length"),
        // RFC 9110 §10.1.1.
        Case("POST / HTTP/1.1\r\n\(host)Content-Length: 1\r\nExpect: tea\r\n\r\n", 417, "100-continue"),
        // Another protocol.
        Case("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}\u{00}\u{01}", 400, "TLS"),
    ]

    @Test(arguments: cases) func `a request that is none is told why`(_ wrong: Case) async throws {
        try await RunningServer.with { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send(wrong.request)
            let answer = PollingClient.Answer(await probe.readToEnd())
            #expect(answer.status == wrong.status)
            #expect(answer.body.contains(wrong.reason), "\(answer.body)")
        }
    }

    @Test(arguments: [
        Case("GET / HTTP/1.1\nHost: x\n\n", 400, "LF alone"), Case("GET / HTTP/2.0\r\n\(host)\r\n", 505, "version"),
        Case("POST / HTTP/1.1\r\n\(host)Content-Length: 0x1\r\n\r\n", 400, "Content-Length"),
        Case("OPTIONS * RTSP/1.0\r\n\(host)\r\n", 505, "version"),
        Case("GET / RTSP/1.0\r\n\(host)\r\n", 505, "version"),
        Case("PLAY / HTTP/1.1\r\n\(host)\r\n", 501, "no such method"),
    ])
    func `so it is where it stands behind good ones, or comes byte by byte`(_ wrong: Case) async throws {
        let configuration = SocketIOServerConfiguration.make {
            // Nobody is late here, however slow the machine. A connection that the server closes amid what is still
            // sent is reset, and the answer may be lost.
            ($0.limits.headerTimeout, $0.limits.requestTimeout) = (.seconds(600), .seconds(600))
            $0.limits.closeTimeout = .seconds(600)
        }
        try await RunningServer.with(configuration) { running in
            let behind = try await HTTPProbe.connect(port: running.port)
            try await behind.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + wrong.request)
            let answers = await behind.readToEnd()
            #expect(answers.hasPrefix("HTTP/1.1 404 "))
            #expect(answers.contains("HTTP/1.1 \(wrong.status) "), "\(answers)")

            let slow = try await HTTPProbe.connect(port: running.port)
            // What follows the answer may meet a closed connection.
            for byte in wrong.request.utf8 { try? await slow.send(raw: [byte]) }
            #expect(PollingClient.Answer(await slow.readToEnd()).status == wrong.status)
        }
    }

    @Test func `what comes in parts is judged as a whole`() {
        let beginning = Array("GET /".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: 9_000)
        let long = MalformedRequest.fault(.headerOverflow, seen: beginning, lineBytes: 9_005)
        #expect(long.status == .uriTooLong)
        #expect(MalformedRequest.fault(.headerOverflow, seen: beginning, lineBytes: 0).status.code == 431)
        let empty = MalformedRequest.fault(.invalidVersion, seen: [], lineBytes: 0)
        #expect(empty.status == .badRequest)
    }

    @Test func `a body that reads like another protocol is a body`() async throws {
        try await RunningServer.with { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            let body = "GET /x RTSP/1.1\r\n"
            try await probe.send(
                "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    + "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let answers = await probe.readToEnd()
            #expect(answers.ranges(of: "HTTP/1.1 404 ").count == 2, "\(answers)")
        }
    }

    /// RFC 9112 §2.2: an empty line before a request is none of it, be it ended by LF alone.
    @Test(arguments: ["\r\n", "\n", "\r\n\r\n"]) func `empty lines before a request are let through`(
        _ lines: String
    ) async throws {
        try await RunningServer.with { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send(lines + "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n")
            try await probe.send("Connection: close\r\n\r\n")
            #expect(PollingClient.Answer(await probe.readToEnd()).status == 200)
        }
    }
}
