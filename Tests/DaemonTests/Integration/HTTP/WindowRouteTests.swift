import Daemon
import JSONBytes
import NIOCore
import TestSupport
import Testing

/// `GET /api/v1/window`.
@Suite(.timeLimit(.minutes(2)))
struct WindowRouteTests {

    /// The texts that stand in the answer, in their order.
    private static func ids(_ answer: String) -> [String] {
        answer.split(separator: #""id":""#).dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test func `the window in each format, filtered and cut`() async throws {
        try await RunningDaemon.with { daemon in
            for number in 1...4 { try await daemon.add("sa:{a}:top", TestSample("a\(number)", at: Int64(number) - 90)) }
            let other = TestSample("b1", host: "b", probe: "netstat", at: -60_000)
            try await daemon.add("sa:{b}:netstat", other)
            try await daemon.client().until(["a1", "a2", "a3", "a4", "b1"])

            let all = try await daemon.get("/api/v1/window")
            #expect(all.hasPrefix("HTTP/1.1 200"))
            #expect(all.contains(#""ok":true,"seq":"#))
            #expect(Self.ids(all) == ["b1", "a1", "a2", "a3", "a4"])
            #expect(all.contains(other.text))
            #expect(Self.ids(try await daemon.get("/api/v1/window?host=a&limit=2")) == ["a3", "a4"])
            #expect(Self.ids(try await daemon.get("/api/v1/window?probe=net*&format=ndjson")) == ["b1"])
            #expect(Self.ids(try await daemon.get("/api/v1/window?host=none")) == [])
            let second = Self.ids(all).count == 5 ? TestSample.now + 60_000 : 0
            #expect(Self.ids(try await daemon.get("/api/v1/window?since=\(second)")) == [])
            let table = try await daemon.get("/api/v1/window?format=csv&host=b")
            #expect(table.contains("id,host,probe,t,v\r\nb1,b,netstat,\(other.score),1\r\n"))
        }
    }

    @Test func `a bad parameter is named, and the token is asked for`() async throws {
        try await RunningDaemon.with { daemon in
            let answer = try await daemon.get("/api/v1/window?limit=many")
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains(#"{"error":{"code":"bad-request","message":"limit: 'many' is not allowed"#))
        }
        try await RunningDaemon.with(adjust: { $0.token = "0123456789abcdef" }) { daemon in
            let refused = try await daemon.get("/api/v1/window")
            #expect(refused.hasPrefix("HTTP/1.1 401"))
            let given = ["Authorization: Bearer 0123456789abcdef"]
            let answer = try await daemon.get("/api/v1/window", headers: given)
            #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test(arguments: ["json", "ndjson", "csv"])
    func `a reader that stops holds no samples, and what has left the window is not written`(
        _ format: String
    ) async throws {
        try await RunningDaemon.with { daemon in
            // More than the kernel takes for a client that does not read.
            let client = try await daemon.client()
            for number in 0..<40 {
                try await daemon.add("sa:{a}:top", TestSample("\(number)", at: Int64(number) - 90, padding: 256 << 10))
                try await client.next("dUpdates")
            }
            let probe = try await HTTPProbe.connect(port: daemon.port)
            try await probe.channel.setOption(.autoRead, value: false).get()
            // The connection stays, lest its end take with it what was not read yet.
            let head = ["GET /api/v1/window?format=\(format) HTTP/1.1", "Host: localhost", "", ""]
            try await probe.send(head.joined(separator: "\r\n"))
            // The answer has begun, and stands still.
            probe.channel.read()
            let first = try #require(await probe.next())
            try await daemon.redis("DEL", "sa:{a}:top")
            try await client.next("gone")
            try await probe.channel.setOption(.autoRead, value: true).get()
            var answer = first
            while !answer.readableBytesView.suffix(7).elementsEqual("\r\n0\r\n\r\n".utf8) {
                answer.writeImmutableBuffer(try #require(await probe.next()))
            }
            #expect(answer.readableBytesView.starts(with: "HTTP/1.1 200".utf8))
            #expect(answer.readableBytes < 5 << 20)
        }
    }
}
