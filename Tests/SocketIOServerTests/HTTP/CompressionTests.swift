import NIOCore
import NIOHTTP1
import SeededRandom
import TestSupport
import Testing

@testable import SocketIOServer

@Suite(.timeLimit(.minutes(1)))
struct CompressionTests {
    /// The answer to a poll that carries an event of that size: its header in small letters, and its body.
    private static func poll(
        bytes: Int, accepting encodings: String?, threshold: Int? = 1024, compress: Bool = true
    ) async throws -> (header: String, body: [UInt8]) {
        try await RunningServer.with(.make { $0.pollCompressionThreshold = threshold }, setUp: { _ = $0.of("/") }) {
            let client = try await PollingClient.connect(port: $0.port)
            let text = "\"" + String(repeating: "x", count: bytes) + "\""
            try $0.server.of("/").all.compress(compress).emit("big", json: [Array(text.utf8)])
            let probe = try await HTTPProbe.connect(port: $0.port)
            let accept = encodings.map { "Accept-Encoding: \($0)\r\n" } ?? ""
            try await probe.send("GET \(client.target) HTTP/1.1\r\nHost: x\r\n\(accept)Connection: close\r\n\r\n")
            let answer = Array(await probe.readBytesToEnd().readableBytesView)
            let blank = try #require(answer.indices.first { answer[$0...].starts(with: Array("\r\n\r\n".utf8)) })
            return (
                String(decoding: answer[..<blank], as: UTF8.self).lowercased(), Array(answer[(blank + 4)...])
            )
        }
    }

    private static func event(bytes: Int) -> [UInt8] {
        Array(("42[\"big\",\"" + String(repeating: "x", count: bytes) + "\"]").utf8)
    }

    @Test(arguments: [
        "gzip", "gzip, deflate, br", "GZIP;q=0.5", "*", "br, *;q=0.1",
        " gzip\t;\tq=0.5 ", "br,\tgzip,", "gzip;q=0.5, identity;q=0.5", "identity;q=0, *",
    ])
    func `a large answer is compressed where the client accepts it`(_ encodings: String) async throws {
        let (header, body) = try await Self.poll(bytes: 100_000, accepting: encodings)
        #expect(header.contains("\r\ncontent-encoding: gzip\r\n"))
        #expect(header.contains("\r\nvary: accept-encoding\r\n"))
        #expect(header.contains("\r\ncontent-length: \(body.count)\r\n"))
        #expect(body.count < 10_000)
        #expect(try Gunzip.whole(body) == Self.event(bytes: 100_000))
    }

    @Test(arguments: [
        nil, "", "identity", "gzip;q=0", "gzip;q=0.000, *", "*;q=0", "br", "gzip;q=x", "gzip;q=0.2, identity",
        "*;q=0.3, identity;q=0.4", "g zip", "gz\tip", "gzip x", "\"gzip\"", "gzip; q = 0",
        "gzip;q=0. 5",
    ])
    func `a large answer is sent as it is where the client does not`(_ encodings: String?) async throws {
        let (header, body) = try await Self.poll(bytes: 100_000, accepting: encodings)
        #expect(!header.contains("content-encoding"))
        #expect(header.contains("\r\nvary: accept-encoding\r\n"))
        #expect(body == Self.event(bytes: 100_000))
    }

    @Test(arguments: ["gzip", "GZIP", "x-gzip", "deflate", "br", "gzip, identity", "identity,gzip", "none"])
    func `a body that is coded is not taken, and the session goes on`(_ coding: String) async throws {
        try await RunningServer.with(setUp: { _ = $0.of("/") }) { running in
            let client = try await PollingClient.connect(port: running.port, join: false)
            let refused = try await client.post("40", headers: ["Content-Encoding: \(coding)"])
            #expect(refused.status == 415 && refused.body.contains("content-encoding"))
            #expect(refused.header.contains("\r\naccept-encoding: identity\r\n"))
            for plain in ["identity", "Identity", ""] {
                #expect(try await client.post("3", headers: ["Content-Encoding: \(plain)"]).status == 200)
            }
            #expect(try await client.post("40").status == 200)
            #expect(try await client.poll().packets.first?.hasPrefix("40{") == true)
        }
    }

    @Test func `a small answer is sent as it is`() async throws {
        let (header, body) = try await Self.poll(bytes: 1_000, accepting: "gzip")
        #expect(!header.contains("content-encoding") && !header.contains("vary"))
        #expect(body == Self.event(bytes: 1_000))
    }

    @Test func `without a threshold nothing is compressed`() async throws {
        let (header, body) = try await Self.poll(bytes: 100_000, accepting: "gzip", threshold: nil)
        #expect(!header.contains("content-encoding") && !header.contains("vary"))
        #expect(body == Self.event(bytes: 100_000))
    }

    @Test func `an event that says so is not compressed`() async throws {
        let (header, body) = try await Self.poll(bytes: 100_000, accepting: "gzip", compress: false)
        #expect(!header.contains("content-encoding"))
        #expect(body == Self.event(bytes: 100_000))
    }

    @Test(arguments: [0, 1, 7, 100_000])
    func `what would not shrink stays as it is, what does comes out equal`(_ count: Int) throws {
        var generator = SeededGenerator(seed: 7)
        let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(Gzip.compress([ByteBuffer(bytes: noise)]) == nil)
        let calm = [UInt8](repeating: 0x61, count: 50_000)
        let chunks = [calm, [], noise, [0x1e], calm]
        let whole = try #require(Gzip.compress(chunks.map { ByteBuffer(bytes: $0) }))
        #expect(try Gunzip.whole(Array(whole.readableBytesView)) == Array(chunks.joined()))
    }
    @Test func `a text that is compressed part by part can be read part by part`() throws {
        let deflater = try #require(Deflater(.gzip))
        var (bytes, text): ([UInt8], [UInt8]) = ([], [])
        for number in 0..<20 {
            let part = [UInt8](repeating: UInt8(number), count: number * 700)
            text += part
            let piece = deflater.append(ByteBuffer(bytes: part), .flushed)
            // Many of them may wait for a reader: it is what is held that counts.
            #expect(piece.capacity <= max(64, 2 * piece.readableBytes))
            bytes += Array(piece.readableBytesView)
            #expect(try Gunzip.beginning(bytes) == text)
        }
        bytes += Array(deflater.append(ByteBuffer(), .whole).readableBytesView)
        #expect(try Gunzip.whole(bytes) == text)
    }
}
