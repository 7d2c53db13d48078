import Daemon
import JSONBytes
import TestSupport
import Testing

/// `GET /api/v1/series` and `/api/v1/at`, and the event `series`.
@Suite(.timeLimit(.minutes(2))) struct PastRouteTests {
    /// A second of the past minute: far enough from its ends that no test is too slow for it.
    private static func second(_ number: Int64) -> Int64 { TestSample.now / 1000 * 1000 - 60_000 + number * 1000 }

    private func sample(_ id: String, host: String = "a", at t: Int64, _ figures: String) -> TestSample {
        TestSample(
            score: "\(t)",
            #"{"id":"\#(id)","host":"\#(host)","probe":"top","t":\#(t),"intervalMs":1000,"details":["procs"],"#
                + figures + #","procs":{"cols":["pid"],"rows":[["\#(id)"]]}}"#)
    }

    private func body(_ answer: String) throws -> JSONValue {
        // It comes in chunks: of so little in one.
        let text = try #require(answer.split(separator: "\r\n").first { $0.hasPrefix("{") })
        return try #require(JSONValue(String(text)))
    }

    /// Two hosts; of `a` the seconds 0, 1 and 3, of `b` the second 1.
    private func fill(_ daemon: RunningDaemon, from start: Int64) async throws {
        for (number, idle) in [(0, 90.5), (1, 80.25), (3, 70)] as [(Int64, Double)] {
            let figures = #""cpu":{"idle":\#(idle)},"ifs":{"cols":["name","rx"],"rows":[["eth0",\#(number)],["lo",1]]}"#
            try await daemon.add("sa:{a}:top", sample("a\(number)", at: start + number * 1000 + 7, figures))
        }
        try await daemon.add("sa:{b}:top", sample("b1", host: "b", at: start + 1900, #""cpu":{"idle":1}"#))
        try await daemon.client().until(["a0", "a1", "a3", "b1"])
    }

    @Test func `columns of numbers by paths, aligned to the step, with gaps`() async throws {
        try await RunningDaemon.with { daemon in
            let start = Self.second(0)
            try await fill(daemon, from: start)
            let columns = #"[[90.5,80.25,null,70],[1,2,null,4],[0,1,null,3],[]]"#
            let paths = ["cpu.idle", "ifs.sum(rx)", "ifs[name=eth0].rx", "procs.rows.0.0"]
            let encoded = ["cpu.idle", "ifs.sum(rx)", "ifs%5Bname%3Deth0%5D.rx", "procs.rows.0.0"]
            let query =
                "probe=top&from=\(start)&to=\(start + 3999)&step=1000&"
                + encoded.map { "path=\($0)" }.joined(separator: "&")
            let answer = try body(try await daemon.get("/api/v1/series?host=a&\(query)"))
            #expect(answer["ok"] == .bool(true) && answer["cut"] == .bool(false))
            #expect(answer["paths"]?.array?.compactMap(\.string) == paths)
            #expect((answer["from"]?.number, answer["to"]?.number) == (Double(start), Double(start + 4000)))
            #expect(answer["step"]?.number == 1000)
            let held = try #require(answer["series"]?.array)
            #expect(held.map { $0["key"] } == [.string("sa:{a}:top")])
            #expect(held[0]["columns"] == JSONValue(columns))
            #expect((held[0]["from"]?.number, held[0]["to"]?.number) == (Double(start + 7), Double(start + 3007)))
            // Each host that fits, and coarser steps.
            let coarse = try body(
                try await daemon.get(
                    "/api/v1/series?host=*&from=\(start)&to=\(start + 3999)&step=2000&path=cpu.idle"))
            let points = coarse["series"]?.array?.map { $0["columns"]?.array?.first?.array?.compactMap(\.number) ?? [] }
            // Of two samples in one step the newer one stands, wherever the step begins.
            #expect(points?.count == 2 && points?[0].last == 70 && points?[1] == [1])
            let none = try body(try await daemon.get("/api/v1/series?host=c&path=cpu.idle"))
            #expect(none["series"] == .array([]))
        }
    }

    @Test func `the same comes as an answer to an event, by default over the age of the window`() async throws {
        try await RunningDaemon.with(adjust: { $0.window.age = .seconds(300) }) { daemon in
            try await fill(daemon, from: Self.second(0))
            let client = try await daemon.client()
            let answer = try #require(
                try await client.socket.emitWithAck("series", #"{"hosts":["a"],"paths":["cpu.idle"]}"#).first)
            #expect(answer["ok"] == .bool(true) && answer["cut"] == .bool(false))
            let column = try #require(answer["series"]?.array?.first?["columns"]?.array?.first?.array)
            #expect(column.count == 301)
            #expect(column.compactMap(\.number) == [90.5, 80.25, 70])
            #expect(client.faults == [])
        }
    }

    @Test(arguments: [
        ("", "path: 1 to 32 paths"), ("path=", "path: 1 to 32 paths"), ("path=cpu..idle", "character 5"),
        ("path=cpu.idle&step=99", "step: 99 is not allowed; allowed: a whole number, 100 to 3600000"),
        ("path=cpu.idle&step=100&from=0&to=2000000", "step: 100 is not allowed; allowed: at most 10000 steps"),
        ("path=cpu.idle&from=5&to=4", "from: 5 is not allowed"), ("path=cpu.idle&from=x", "from: 'x'"),
        ("path=cpu.idle&from=1&from=2", "from: given twice"), ("path=cpu.idle&colour=red", "colour: no such field"),
        (
            "step=100&from=0&to=999900&path=\(Array(repeating: "c", count: 11).joined(separator: "&path="))",
            "11 paths at 10000 points are too many; allowed: 100000 numbers"
        ),
        (Array(repeating: "path=a", count: 33).joined(separator: "&"), "path: 1 to 32 paths"),
    ])
    func `a query for columns that makes no sense is a 400 that names the field`(
        _ query: String, _ part: String
    ) async throws {
        try await RunningDaemon.with { daemon in
            let answer = try await daemon.get("/api/v1/series?\(query)")
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(try body(answer)["error"]?["code"] == .string("bad-request"))
            #expect(try body(answer)["error"]?["message"]?.string?.contains(part) == true)
        }
    }

    @Test(arguments: [
        ("{}", "path"), (#"{"paths":[]}"#, "path"), (#"{"paths":[7]}"#, "path"), (#"{"paths":"a"}"#, "path"),
        (#"{"paths":["a."]}"#, "character 3"), (#"{"paths":["a"],"step":1}"#, "step"),
        (#"{"paths":["a"],"from":"x"}"#, "from"),
        (#"{"paths":["a"],"hosts":[]}"#, "hosts"), ("7", "object"), ("null", "object"),
        (#"{"paths":["\ud800"]}"#, "no Unicode"),
    ])
    func `an event for columns that makes no sense is answered with the field`(
        _ argument: String, _ part: String
    ) async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            let answer = try await client.socket.emitWithAck("series", argument).first
            #expect(answer?["ok"] == .bool(false))
            #expect(answer?["error"]?["code"] == .string("bad-request"))
            #expect(answer?["error"]?["message"]?.string?.contains(part) == true)
            // Who waits for no answer gets none, and is served on.
            try await client.socket.emit("series", argument)
            #expect(try await client.socket.emitWithAck("keys").first?["ok"] == .bool(true))
        }
    }

    @Test func `columns without end are cut, and the answer says so`() async throws {
        try await RunningDaemon.with { daemon in
            let start = Self.second(0)
            let text = #""n":1.2345678901234"#
            let hosts = (0..<30).map { "host-\(100 + $0)" }
            for host in hosts { try await daemon.add("sa:{\(host)}:top", sample(host, host: host, at: start, text)) }
            let client = try await daemon.client()
            try await client.until(Set(hosts))
            // Each column has one number and 9990 times null: fifty kilobytes. Thirty keys of ten columns are 15 MB.
            let paths = Array(repeating: #""n""#, count: 10).joined(separator: ",")
            let answer = try #require(
                try await client.socket.emitWithAck(
                    "series", #"{"paths":[\#(paths)],"from":\#(start - 900_000),"to":\#(start + 99_000),"step":100}"#
                ).first)
            #expect(answer["ok"] == .bool(true))
            #expect(answer["cut"] == .bool(true))
            let series = try #require(answer["series"]?.array)
            #expect((1..<30).contains(series.count))
            #expect(series.allSatisfy { $0["columns"]?.array?.first?.array?.count == 9991 })
            #expect(client.faults == [])
        }
    }

    @Test func `the whole samples of a moment, within three intervals`() async throws {
        try await RunningDaemon.with { daemon in
            let start = Self.second(0)
            try await fill(daemon, from: start)
            func ids(_ query: String) async throws -> [String] {
                let answer = try body(try await daemon.get("/api/v1/at?\(query)"))
                #expect(answer["ok"] == .bool(true) && answer["cut"] == .bool(false))
                return answer["samples"]?.array?.compactMap { $0["id"]?.string } ?? []
            }
            #expect(try await ids("t=\(start + 999)") == ["a0"])
            #expect(try await ids("t=\(start + 2500)") == ["a1", "b1"])
            #expect(try await ids("t=\(start + 2500)&host=b&host=c*&probe=top") == ["b1"])
            // Three seconds behind the last of b, and a millisecond more.
            #expect(try await ids("t=\(start + 4900)") == ["a3", "b1"])
            #expect(try await ids("t=\(start + 4901)") == ["a3"])
            #expect(try await ids("t=\(start - 1)") == [])
            let whole = try await daemon.get("/api/v1/at?t=\(start + 999)")
            #expect(whole.contains(#""procs":{"cols":["pid"],"rows":[["a0"]]}}]"#))
        }
    }

    @Test func `a sample that does not tell its key or its time is told with both`() async throws {
        try await RunningDaemon.with { daemon in
            let t = Self.second(0)
            try await daemon.add("sa:{a}:top", TestSample(score: "\(t)", #"{"id":"1"}"#))
            try await daemon.client().until(["1"])
            let answer = try body(try await daemon.get("/api/v1/at?t=\(t)"))
            #expect(answer["keys"] == .object(["0": .string("sa:{a}:top")]))
            #expect(answer["times"] == .object(["0": .number(Double(t))]))
        }
    }

    @Test(arguments: [
        ("", "t: missing"), ("t=x", "t: 'x'"), ("t=nan", "t: 'nan'"), ("t=1&t=2", "t: given twice"),
        ("t=1&path=a", "path: no such field; allowed: host, probe, t"),
        ("t=1&host=\(String(repeating: "a", count: 257))", "host: "),
    ])
    func `a query for a moment that makes no sense is a 400 that names the field`(
        _ query: String, _ part: String
    ) async throws {
        try await RunningDaemon.with { daemon in
            let answer = try await daemon.get("/api/v1/at?\(query)")
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(try body(answer)["error"]?["message"]?.string?.contains(part) == true)
        }
    }

    @Test(arguments: ["/api/v1/series?path=a", "/api/v1/at?t=1"])
    func `the past wants the token, and takes GET and HEAD alone`(_ target: String) async throws {
        try await RunningDaemon.with(adjust: { $0.token = "0123456789abcdef" }) { daemon in
            #expect(try await daemon.get(target).hasPrefix("HTTP/1.1 401"))
            let given = ["Authorization: Bearer 0123456789abcdef"]
            #expect(try await daemon.get(target, headers: given).hasPrefix("HTTP/1.1 200"))
            for (method, status) in [("HEAD", "200"), ("POST", "405"), ("OPTIONS", "204")] {
                let answer = try await HTTPProbe.request(method, target, port: daemon.port, headers: given)
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
            }
        }
    }
}
