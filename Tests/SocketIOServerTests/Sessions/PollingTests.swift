import JSONBytes
import NIOCore
import SocketIO
import SocketIOServer
import TestSupport
import Testing

/// HTTP long-polling over real sockets, row by row as the official server does it.
@Suite(.timeLimit(.minutes(1)))
struct PollingTests {
    @Test func `the open packet answers the first GET and offers the WebSocket`() async throws {
        try await RunningServer.with { running in
            let answer = PollingClient.Answer(
                try await HTTPProbe.get("/socket.io/?EIO=4&transport=polling", port: running.port))
            #expect(answer.status == 200)
            #expect(answer.header.contains("content-type: text/plain; charset=utf-8"))
            #expect(answer.header.contains("cache-control: no-store"))
            #expect(answer.body.hasPrefix(#"0{"sid":""#))
            let rest = #""upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
            #expect(answer.body.hasSuffix(rest))
        }
    }

    @Test func `a POST is answered ok and its packets in the next GET`() async throws {
        try await Self.session { client in
            let posted = try await client.post(#"420["echo",1]"#)
            #expect(posted.status == 200)
            #expect(posted.body == "ok")
            #expect(try await client.poll().body == "430[1]")
        }
    }

    @Test func `a waiting GET is answered once there is something to send`() async throws {
        try await Self.session { client in
            let waiting = try await client.beginPoll()
            _ = try await client.post(#"420["echo",1]"#)
            #expect(PollingClient.Answer(await waiting.readToEnd()).body == "430[1]")
        }
    }

    @Test func `packets of one POST are separated by 0x1e, and so are those of an answer`() async throws {
        try await Self.session { client in
            _ = try await client.post("420[\"echo\",1]\u{1e}421[\"echo\",2]\u{1e}422[\"echo\",\"ü\"]")
            #expect(try await client.poll().packets == ["430[1]", "431[2]", #"432["ü"]"#])
        }
    }

    @Test func `an answer holds at most 16 packets, in order`() async throws {
        try await Self.session { client in
            let packets = (0..<40).map { "42\($0)[\"echo\",\($0)]" }
            _ = try await client.post(packets.joined(separator: "\u{1e}"))
            var counts: [Int] = []
            var received: [String] = []
            while received.count < 40 {
                let answer = try await client.poll().packets
                counts.append(answer.count)
                received += answer
            }
            #expect(counts == [16, 16, 8])
            #expect(received == (0..<40).map { "43\($0)[\($0)]" })
        }
    }

    @Test func `binary comes as b and base64`() async throws {
        try await Self.session { client in
            _ = try await client.post("451-0[\"echo\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQIDBA==")
            #expect(try await client.poll().packets == [#"461-0[{"_placeholder":true,"num":0}]"#, "bAQIDBA=="])
        }
    }

    @Test func `a second GET beside a waiting one is 400, the waiting one gets 1 and the session ends`() async throws {
        try await Self.session { client in
            let waiting = try await client.beginPoll()
            try await client.untilWaiting()
            #expect(try await client.poll().status == 400)
            #expect(PollingClient.Answer(await waiting.readToEnd()).body == "1")
            #expect(try await client.poll().body == #"{"code":1,"message":"Session ID unknown"}"#)
        }
    }

    @Test func `an aborted GET ends the session`() async throws {
        let (reasons, sink) = AsyncStream.makeStream(of: DisconnectReason.self)
        try await Self.session(left: { sink.yield($0) }) { client in
            let waiting = try await client.beginPoll()
            try await client.untilWaiting()
            try await waiting.channel.close()
            for await reason in reasons {
                #expect(reason == .transportError)
                break
            }
            #expect(try await client.poll().body == #"{"code":1,"message":"Session ID unknown"}"#)
        }
    }

    @Test func `an aborted POST ends the session`() async throws {
        let (reasons, sink) = AsyncStream.makeStream(of: DisconnectReason.self)
        try await Self.session(left: { sink.yield($0) }) { client in
            let probe = try await HTTPProbe.connect(port: client.port)
            try await probe.send("POST \(client.target) HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n42[")
            try await probe.channel.close()
            for await reason in reasons {
                #expect(reason == .transportError)
                break
            }
        }
    }

    @Test func `a POST of 1 ends the session and the waiting GET gets 6`() async throws {
        try await Self.session { client in
            let waiting = try await client.beginPoll()
            try await client.untilWaiting()
            #expect(try await client.post("1").body == "ok")
            #expect(PollingClient.Answer(await waiting.readToEnd()).body == "6")
            #expect(try await client.poll().status == 400)
        }
    }

    @Test(arguments: ["abc", "", "42[\"echo\"]\u{1e}", "bA*"])
    func `a POST that is no payload is 400 and ends the session`(_ body: String) async throws {
        try await Self.session { client async throws in
            #expect(try await client.post(body).status == 400)
            #expect(try await client.poll().status == 400)
        }
    }

    @Test func `a POST of octets is 400 and ends the session`() async throws {
        try await Self.session { client in
            let answer = try await client.post("40", headers: ["Content-Type: application/octet-stream"])
            #expect(answer.status == 400)
            #expect(try await client.poll().body == #"{"code":1,"message":"Session ID unknown"}"#)
        }
    }

    @Test func `a POST as a form is taken`() async throws {
        try await Self.session { client async throws in
            let form = ["Content-Type: application/x-www-form-urlencoded"]
            #expect(try await client.post(#"420["echo",1]"#, headers: form).body == "ok")
            #expect(try await client.poll().body == "430[1]")
        }
    }

    @Test(arguments: [101, 150, 1_500])
    func `a POST over maxPayload is 413 and the session lives`(_ length: Int) async throws {
        try await Self.session({ $0.maxPayload = 100 }) { client async throws in
            #expect(try await client.post("4" + String(repeating: "x", count: length - 1)).status == 413)
            #expect(try await client.post(#"420["echo",1]"#).status == 200)
            #expect(try await client.poll().body == "430[1]")
        }
    }

    @Test func `a giant POST is cut`() async throws {
        try await Self.session({ $0.maxPayload = 100 }) { client async throws in
            let body = String(repeating: "x", count: 100_000)
            #expect(try await client.post(body).status == 0)
        }
    }

    @Test(arguments: ["PUT", "DELETE", "PATCH"])
    func `a method that polling does not have is 400`(_ method: String) async throws {
        try await Self.session { client in
            let answer = PollingClient.Answer(
                try await HTTPProbe.request(method, client.target, port: client.port))
            #expect(answer.status == 400)
            #expect(try await client.post("3").status == 200)
        }
    }

    @Test func `a Socket.IO violation ends the session`() async throws {
        let (reasons, sink) = AsyncStream.makeStream(of: DisconnectReason.self)
        try await Self.session({ $0.limits.closeTimeout = .seconds(30) }, left: { sink.yield($0) }) { client in
            _ = try await client.post("42{}")
            for await reason in reasons {
                #expect(reason == .parseError)
                break
            }
            #expect(try await client.poll().body == "1")
            #expect(try await client.poll().status == 400)
        }
    }

    @Test func `the server pings over polling, again after each pong`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            $0.pingInterval = .milliseconds(50)
            // Nobody is late here, however slow the machine.
            $0.pingTimeout = .seconds(600)
        }
        try await Self.session(change, join: false) { client async throws in
            for _ in 0..<3 {
                #expect(try await client.poll().body == "2")
                #expect(try await client.post("3").status == 200)
            }
        }
    }

    @Test func `a silent client is let go over polling`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            $0.pingInterval = .milliseconds(50)
            // Long enough for its next poll to wait at the server by then, short enough to wait for.
            $0.pingTimeout = .seconds(12)
        }
        try await Self.session(change, join: false) { client async throws in
            #expect(try await client.poll().body == "2")
            #expect(try await client.poll().body == "1")
            #expect(try await client.poll().status == 400)
        }
    }

    @Test(arguments: [true, false])
    func `a client that the server sends away gets its last packets, then 1 alone`(isWaiting: Bool) async throws {
        // How long the last answers are kept: longer than a starved machine needs.
        try await Self.session({ $0.limits.closeTimeout = .seconds(30) }) { client async throws in
            if isWaiting {
                let waiting = try await client.beginPoll()
                try await client.untilWaiting()
                _ = try await client.post(#"42["bye"]"#)
                #expect(PollingClient.Answer(await waiting.readToEnd()).packets == [#"42["bye"]"#, "41"])
            } else {
                _ = try await client.post(#"42["bye"]"#)
                #expect(try await client.poll().packets == [#"42["bye"]"#, "41"])
            }
            #expect(try await client.poll().packets == ["1"])
            #expect(try await client.poll().status == 400)
        }
    }

    @Test func `a flood of packets ends the session`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            // So few that no pause of the machine amid the flood makes up for it.
            $0.limits.inboundPacketsPerSecond = 1
            $0.limits.closeTimeout = .seconds(60)
        }
        try await Self.session(change) { client async throws in
            let flood = Array(repeating: "3", count: 50).joined(separator: "\u{1e}")
            #expect(try await client.post(flood).status == 400)
            #expect(try await client.poll().body == "1")
            #expect(try await client.poll().status == 400)
        }
    }

    @Test func `sessions over few connections are bounded as connections are`() async throws {
        try await RunningServer.with(.make { $0.limits.connectionsPerAddress = 3 }) { running in
            for _ in 0..<3 { _ = try await PollingClient.connect(port: running.port, join: false) }
            let answer = try await HTTPProbe.get("/socket.io/?EIO=4&transport=polling", port: running.port)
            #expect(PollingClient.Answer(answer).status == 503)
        }
    }

    @Test func `a shutdown ends a waiting poll`() async throws {
        let (polls, sink) = AsyncStream.makeStream(of: HTTPProbe.self)
        try await Self.session { client in
            sink.yield(try await client.beginPoll())
            try await client.untilWaiting()
        }
        for await poll in polls {
            #expect(PollingClient.Answer(await poll.readToEnd()).body == "1")
            break
        }
    }

    @Test func `an event is sent to those that poll and those that do not alike`() async throws {
        try await RunningServer.with(setUp: Self.setUp(left: { _ in })) { running in
            let polling = try await PollingClient.connect(port: running.port)
            let other = try await SocketIOTestClient.connect(port: running.port)
            try running.server.of("/").broadcast(EncodedEvent(event: "all", arguments: [Array("[1]".utf8)]))
            #expect(try await polling.poll().body == #"42["all",[1]]"#)
            #expect(try await other.nextEvent().text == #"2["all",[1]]"#)
        }
    }

    @Test func `requests of one session may share a kept connection`() async throws {
        try await Self.session { client in
            let probe = try await HTTPProbe.connect(port: client.port)
            for number in 0..<3 {
                let body = "42\(number)[\"echo\",\(number)]"
                try await probe.send(
                    "POST \(client.target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                #expect(await probe.read(until: "ok").hasPrefix("HTTP/1.1 200 "))
                try await probe.send("GET \(client.target) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(await probe.read(until: "43").hasSuffix("43\(number)[\(number)]"))
            }
        }
    }

    static func session(
        _ change: (inout SocketIOServerConfiguration) -> Void = { _ in }, join: Bool = true,
        left: @escaping @Sendable (DisconnectReason) -> Void = { _ in },
        _ body: (PollingClient) async throws -> Void
    ) async throws {
        try await RunningServer.with(.make(change), setUp: setUp(left: left)) { running in
            try await body(try await PollingClient.connect(port: running.port, join: join))
        }
    }

    private static func setUp(left: @escaping @Sendable (DisconnectReason) -> Void) -> (SocketIOServer) -> Void {
        { server in
            server.of("/").onConnection { socket in
                socket.onEvent("echo") { $0.ack?($0.content) }
                socket.onEvent("bye") { _ in
                    try socket.emit("bye")
                    socket.disconnect(close: true)
                }
                socket.onDisconnect(left)
            }
        }
    }
}
