import Daemon
import Glibc
import TestSupport
import Testing

/// The daemon's answers over real sockets: methods, files, headers.
@Suite(.timeLimit(.minutes(1))) struct HTTPAnswerTests {
    private static let routes = [
        "/", "/assets/app.js", "/socket.io/socket.io.min.js", "/socket.io/socket.io.js", "/healthz", "/readyz",
        "/metrics",
        "/api/v1/keys", "/api/v1/window",
    ]

    private struct Answer {
        let status: Int
        let header: String
        let body: String

        init(_ text: String) {
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
            (header, body) = (parts[0].lowercased() + "\r\n", parts.count > 1 ? String(parts[1]) : "")
            status = Int(header.dropFirst(9).prefix(3)) ?? 0
        }

        func has(_ line: String) -> Bool { header.contains("\r\n\(line)\r\n") }

        func value(_ name: String) -> String? {
            header.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
    }

    /// A daemon with a folder of its own.
    private static func serving(_ body: (LoneDaemon, _ folder: String) async throws -> Void) async throws {
        let folder = "/tmp/sa-web-\(UInt64.random(in: 0 ... .max))"
        try #require(
            mkdir(folder, 0o700) == 0 && mkdir(folder + "/web", 0o700) == 0 && mkdir(folder + "/web/vendor", 0o700) == 0
        )
        defer { removeTree(folder) }
        for (name, text) in [
            ("web/index.html", "<!doctype html>"), ("web/app.js", "0123456789"), ("web/vendor/socket.io.min.js", "io"),
            ("web/.hidden", "secret"), ("secret", "secret"), ("web/empty.css", ""),
        ] {
            let file = try #require(fopen("\(folder)/\(name)", "w"))
            fputs(text, file)
            fclose(file)
        }
        symlink("\(folder)/secret", "\(folder)/web/out.js")
        symlink("app.js", "\(folder)/web/in.js")
        symlink("/", "\(folder)/web/all")
        mkfifo("\(folder)/web/pipe.js", 0o600)
        try await LoneDaemon.with {
            $0.webRoot = folder + "/web"
            $0.redisURL = "redis://127.0.0.1:1"
        } _: {
            try await body($0, folder)
        }
    }

    /// What the tests put there, deepest first.
    private static func removeTree(_ folder: String) {
        for name in [
            "web/vendor/socket.io.min.js", "web/vendor", "web/index.html", "web/app.js", "web/large.js", "web/.hidden",
            "web/empty.css", "web/out.js", "web/in.js", "web/all", "web/pipe.js", "web", "secret", ".",
        ] { remove(name == "." ? folder : "\(folder)/\(name)") }
    }

    private static func ask(
        _ method: String, _ target: String, _ daemon: LoneDaemon, _ headers: String...
    ) async throws -> Answer {
        Answer(try await HTTPProbe.request(method, target, port: daemon.port, headers: headers))
    }

    @Test func `HEAD tells what GET tells, and no route is written to`() async throws {
        try await Self.serving { daemon, _ in
            // What these say is of the moment, or made while it is read.
            let changing: Set = ["/metrics", "/readyz", "/api/v1/window", "/api/v1/keys"]
            for route in Self.routes {
                let get = try await Self.ask("GET", route, daemon)
                let head = try await Self.ask("HEAD", route, daemon)
                #expect(head.status == get.status, "\(route)")
                #expect(head.body.isEmpty && !get.body.isEmpty)
                #expect(head.value("content-type") == get.value("content-type"))
                #expect(head.value("content-length") == get.value("content-length") || changing.contains(route))
                for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE"] {
                    let answer = try await Self.ask(method, route, daemon)
                    #expect(answer.status == 405 && answer.has("allow: get, head, options"), "\(method) \(route)")
                }
                let options = try await Self.ask("OPTIONS", route, daemon)
                #expect(options.status == 204 && options.has("allow: get, head, options"))
            }
            #expect(try await Self.ask("OPTIONS", "*", daemon).status == 204)
            let tunnel = try await Self.ask("CONNECT", "elsewhere.example:443", daemon)
            #expect(tunnel.status == 405 && tunnel.has("allow: get, head, options"))
            for method in ["GET", "HEAD", "POST"] { #expect(try await Self.ask(method, "/none", daemon).status == 404) }
        }
    }

    @Test(arguments: routes + ["/none"] + ["format=csv", "format=ndjson", "x=1"].map { "/api/v1/window?\($0)" })
    func `HEAD names no length that GET does not have`(_ route: String) async throws {
        try await Self.serving { daemon, _ in
            for accepted in ["Accept-Encoding: identity", "Accept-Encoding: gzip"] {
                let get = try await Self.ask("GET", route, daemon, accepted)
                let head = try await Self.ask("HEAD", route, daemon, accepted)
                #expect(head.status == get.status && !get.body.isEmpty && head.body.isEmpty)
                #expect((head.value("content-length") == nil) == (get.value("content-length") == nil))
                #expect(head.value("content-length") != "0")
            }
        }
    }

    @Test(arguments: routes + ["/none", "/assets/none", "/socket.io/?EIO=3", "/api/v1/window?limit=x", "/assets/%00"])
    func `every answer has the security headers and a date, once`(_ target: String) async throws {
        try await Self.serving { daemon, _ in
            for method in ["GET", "HEAD", "POST", "OPTIONS"] {
                let answer = try await Self.ask(method, target, daemon)
                for name in [
                    "content-security-policy", "x-content-type-options", "referrer-policy",
                    "cross-origin-opener-policy",
                    "cross-origin-resource-policy", "permissions-policy", "date",
                ] {
                    #expect(answer.header.components(of: "\r\n\(name): ") == 1, "\(method) \(target) \(name)")
                }
                let policy = try #require(answer.value("content-security-policy"))
                #expect(policy.contains("connect-src 'self';") && !policy.contains("ws:"))
            }
        }
    }

    @Test func `only files of the folder are given, and never an error of ours`() async throws {
        try await Self.serving { daemon, _ in
            #expect(try await Self.ask("GET", "/assets/app.js", daemon).body == "0123456789")
            #expect(try await Self.ask("GET", "/assets/in.js", daemon).body == "0123456789")
            for target in [
                "/assets/out.js", "/assets/all/etc/passwd", "/assets/.hidden", "/assets/../secret",
                "/assets/%2e%2e/secret",
                "/assets/%2e%2e%2fsecret", "/assets//app.js", "//assets/app.js", "/assets/vendor", "/assets/vendor/",
                "/assets/", "/assets", "/assets/app.js%00", "/assets/%00", "/assets/a%5c..%5csecret", "/assets/app.js/",
                "/assets/%zz", "/assets/%ff", "/assets/pipe.js", "/assets/\(String(repeating: "a/", count: 3000))",
            ] {
                let answer = try await Self.ask("GET", target, daemon)
                #expect(answer.status == 404, "\(target)")
                #expect(!answer.body.contains("secret") || target.contains("secret"))
            }
        }
    }

    @Test func `ranges and conditions are kept to`() async throws {
        try await Self.serving { daemon, _ in
            let whole = try await Self.ask("GET", "/assets/app.js", daemon)
            let tag = try #require(whole.value("etag"))
            #expect(whole.has("accept-ranges: bytes"))
            let part = try await Self.ask("GET", "/assets/app.js", daemon, "Range: bytes=2-4", "If-Range: \(tag)")
            #expect(part.status == 206 && part.body == "234")
            #expect(part.has("content-range: bytes 2-4/10") && part.has("content-length: 3"))
            let beyond = try await Self.ask("GET", "/assets/app.js", daemon, "Range: bytes=9999999-")
            #expect(beyond.status == 416 && beyond.has("content-range: bytes */10") && beyond.body.isEmpty)
            #expect(
                try await Self.ask("GET", "/assets/app.js", daemon, "Range: bytes=2-4", "If-Range: \"x\"").status == 200
            )
            #expect(try await Self.ask("HEAD", "/assets/app.js", daemon, "Range: bytes=2-4").status == 200)
            let unchanged = try await Self.ask("GET", "/assets/app.js", daemon, "If-None-Match: \(tag)")
            #expect(unchanged.status == 304 && unchanged.body.isEmpty && unchanged.value("etag") == tag)
            #expect(try await Self.ask("GET", "/assets/app.js", daemon, "If-Match: \"x\"").status == 412)
            let empty = try await Self.ask("GET", "/assets/empty.css", daemon)
            #expect(empty.status == 200 && empty.has("content-length: 0"))
        }
    }

    @Test func `a file that changes is given anew, and a large one in whole`() async throws {
        try await Self.serving { daemon, folder in
            let first = try await Self.ask("GET", "/assets/app.js", daemon)
            let file = try #require(fopen("\(folder)/web/app.js", "w"))
            fputs("changed", file)
            fclose(file)
            let second = try await Self.ask("GET", "/assets/app.js", daemon)
            #expect(second.body == "changed" && second.value("etag") != first.value("etag"))
            let large = String(repeating: "0123456789", count: 300_000)
            let other = try #require(fopen("\(folder)/web/large.js", "w"))
            fputs(large, other)
            fclose(other)
            #expect(try await Self.ask("GET", "/assets/large.js", daemon).body == large)
            let part = try await Self.ask("GET", "/assets/large.js", daemon, "Range: bytes=-10")
            #expect(part.body == "0123456789" && part.has("content-range: bytes 2999990-2999999/3000000"))
        }
    }
}

extension String {
    fileprivate func components(of text: String) -> Int {
        split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
