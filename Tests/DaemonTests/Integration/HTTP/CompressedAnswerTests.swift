import Daemon
import Foundation
import NIOCore
import TestSupport
import Testing

/// Answers in gzip, over real sockets.
@Suite(.timeLimit(.minutes(2))) struct CompressedAnswerTests {
    private struct Answer {
        let status: Int
        let header: String
        let body: [UInt8]

        func value(_ name: String) -> String? {
            header.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ": ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }

        /// The body behind its coding.
        func text() throws -> [UInt8] { value("content-encoding") == "gzip" ? try Gunzip.whole(body) : body }

        /// All but what is of the moment.
        var lasting: [Substring] {
            header.split(separator: "\r\n").filter { !$0.lowercased().hasPrefix("date: ") }.sorted()
        }
    }

    private static func ask(
        _ method: String = "GET", _ target: String, _ port: Int, _ headers: String...
    ) async throws -> Answer {
        let probe = try await HTTPProbe.connect(port: port)
        let lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"] + headers
        try await probe.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        let bytes = Array(await probe.readBytesToEnd().readableBytesView)
        let blank = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) })
        let header = String(decoding: bytes[..<blank], as: UTF8.self)
        let isChunked = header.lowercased().contains("transfer-encoding: chunked")
        let body = Array(bytes[(blank + 4)...])
        return Answer(
            status: Int(header.dropFirst(9).prefix(3)) ?? 0, header: header,
            body: isChunked && method != "HEAD" ? try unchunked(body) : body)
    }

    /// RFC 9112 §7.1.
    private static func unchunked(_ bytes: [UInt8]) throws -> [UInt8] {
        var (rest, whole) = (bytes[...], [UInt8]())
        while true {
            let line = rest.prefix { $0 != 13 }
            let length = try #require(Int(String(decoding: line, as: UTF8.self), radix: 16))
            guard length > 0 else { return whole }
            rest = rest.dropFirst(line.count + 2)
            whole += rest.prefix(length)
            rest = rest.dropFirst(length + 2)
        }
    }

    private static let script = Array(String(repeating: "const answer = 42;\n", count: 400).utf8)

    private static func serving(_ body: (LoneDaemon) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sa-gzip-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "vendor"), withIntermediateDirectories: true)
        for (name, bytes) in [
            ("index.html", script), ("app.js", script), ("page.css", script), ("small.js", Array(script.prefix(1_000))),
            ("picture.png", script), ("vendor/socket.io.min.js", script),
        ] { try Data(bytes).write(to: folder.appending(path: name)) }
        try await LoneDaemon.with {
            $0.webRoot = folder.path()
            $0.redisURL = "redis://127.0.0.1:1"
        } _: {
            try await body($0)
        }
    }

    @Test(arguments: ["/", "/assets/app.js", "/assets/page.css", "/socket.io/socket.io.min.js"])
    func `a file of the page is compressed for whoever accepts it`(_ target: String) async throws {
        try await Self.serving { daemon in
            let plain = try await Self.ask("GET", target, daemon.port)
            let small = try await Self.ask("GET", target, daemon.port, "Accept-Encoding: gzip, br")
            #expect(plain.status == 200 && small.status == 200)
            #expect(plain.body == Self.script && plain.value("content-encoding") == nil)
            #expect(small.value("content-encoding") == "gzip" && small.body.count < 500)
            #expect(try small.text() == Self.script)
            #expect(small.value("content-length") == "\(small.body.count)")
            #expect(small.value("content-type") == plain.value("content-type"))
            #expect(plain.value("vary") == "accept-encoding" && small.value("vary") == "accept-encoding")
            for accepted in [
                "Accept-Encoding: gzip;q=0", "Accept-Encoding: identity, gzip;q=0.5", "Accept-Encoding: br",
            ] {
                #expect(try await Self.ask("GET", target, daemon.port, accepted).lasting == plain.lasting)
            }
            for accepted in ["Accept-Encoding: gzip", "Accept-Encoding: identity"] {
                let (get, head) = (
                    try await Self.ask("GET", target, daemon.port, accepted),
                    try await Self.ask("HEAD", target, daemon.port, accepted)
                )
                #expect(head.lasting == get.lasting && head.body.isEmpty)
            }
        }
    }

    @Test func `the two forms of a file have a tag each, and parts are of the plain one`() async throws {
        try await Self.serving { daemon in
            let (target, gzip) = ("/assets/app.js", "Accept-Encoding: gzip")
            let plain = try #require(try await Self.ask("GET", target, daemon.port).value("etag"))
            let small = try #require(try await Self.ask("GET", target, daemon.port, gzip).value("etag"))
            #expect(plain != small)
            let held = try await Self.ask("GET", target, daemon.port, gzip, "If-None-Match: \(small)")
            #expect(held.status == 304 && held.value("etag") == small && held.value("vary") == "accept-encoding")
            #expect(try await Self.ask("GET", target, daemon.port, gzip, "If-None-Match: \(plain)").status == 200)
            #expect(try await Self.ask("GET", target, daemon.port, "If-None-Match: \(small)").status == 200)
            for condition in ["X-None: 1", "If-Range: \(plain)"] {
                let part = try await Self.ask("GET", target, daemon.port, gzip, "Range: bytes=6-11", condition)
                #expect(part.status == 206 && part.body == Array("answer".utf8), "\(condition)")
                #expect(part.value("content-encoding") == nil && part.value("etag") == plain)
            }
            let other = try await Self.ask("GET", target, daemon.port, gzip, "Range: bytes=6-11", "If-Range: \(small)")
            #expect(other.status == 200 && other.body == Self.script)
        }
    }

    @Test(arguments: ["/assets/small.js", "/assets/picture.png", "/healthz"])
    func `what is small or no text is sent as it is`(_ target: String) async throws {
        try await Self.serving { daemon in
            let answer = try await Self.ask("GET", target, daemon.port, "Accept-Encoding: gzip")
            #expect(answer.status == 200)
            #expect(answer.value("content-encoding") == nil && answer.value("vary") == nil)
        }
    }

    @Test func `metrics are compressed whole, and HEAD says the same`() async throws {
        try await Self.serving { daemon in
            let plain = try await Self.ask("GET", "/metrics", daemon.port)
            #expect(plain.value("content-encoding") == nil && plain.value("vary") == "accept-encoding")
            for method in ["GET", "HEAD"] {
                let small = try await Self.ask(method, "/metrics", daemon.port, "Accept-Encoding: gzip")
                #expect(small.value("content-encoding") == "gzip" && small.value("vary") == "accept-encoding")
                #expect(small.value("content-length") != nil)
                guard method == "GET" else { continue }
                #expect(small.value("content-length") == "\(small.body.count)" && small.body.count < plain.body.count)
                #expect(String(decoding: try small.text(), as: UTF8.self).hasPrefix("# HELP streamassembler_"))
            }
        }
    }

    @Test(arguments: ["json", "ndjson", "csv"])
    func `the window is compressed as it is read`(_ format: String) async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            for number in 0..<12 {
                let sample = TestSample("\(number)", at: Int64(number) - 90, padding: 20 << 10)
                try await daemon.add("sa:{a}:top", sample)
                try await client.next("dUpdates")
            }
            let target = "/api/v1/window?format=\(format)"
            let plain = try await Self.ask("GET", target, daemon.port)
            let small = try await Self.ask("GET", target, daemon.port, "Accept-Encoding: gzip")
            #expect(plain.status == 200 && small.status == 200)
            #expect(plain.value("vary") == "accept-encoding" && small.value("vary") == "accept-encoding")
            #expect(small.value("content-encoding") == "gzip" && small.value("content-length") == nil)
            #expect(small.body.count * 5 < plain.body.count)
            // The time at which it was asked for stands in one of them.
            if format == "json" {
                #expect(try small.text().count > 12 * 20 << 10)
            } else {
                #expect(try small.text() == plain.body)
            }
            let head = try await Self.ask("HEAD", target, daemon.port, "Accept-Encoding: gzip")
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.value("content-encoding") == "gzip" && head.value("vary") == "accept-encoding")
        }
    }
}
