import Hummingbird
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketIOServer
import Synchronization
import TestSupport
import Testing

/// The first request of a session: who may open one, and what the application adds to the answer.
@Suite(.timeLimit(.minutes(1)))
struct OpeningTests {
    private struct Broken: Error {}

    private static let pollTarget = "/socket.io/?EIO=4&transport=polling"

    // MARK: allowRequest

    @Test func `whether a session may be opened may have to be waited for`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.allowRequestAsync = { handshake in
                await Task.yield()
                if handshake.query["token"] == "broken" { throw Broken() }
                return handshake.query["token"] == "s3cret one"
            }
        }
        try await RunningServer.with(configuration) { running in
            for refused in ["", "&token=no", "&token=broken"] {
                let answer = try await HTTPProbe.get(Self.pollTarget + refused, port: running.port)
                #expect(answer.hasPrefix("HTTP/1.1 403") && answer.hasSuffix(#"{"code":4,"message":"Forbidden"}"#))
                await #expect(throws: WebSocketClient.Refused.self) {
                    try await WebSocketClient.connect(port: running.port, path: RunningServer.target + refused)
                }
            }
            let polled = try await HTTPProbe.get(Self.pollTarget + "&token=s3cret%20one", port: running.port)
            #expect(polled.hasPrefix("HTTP/1.1 200") && polled.contains(#"0{"sid":"#))
            let socket = try await WebSocketClient.connect(
                port: running.port, path: RunningServer.target + "&token=s3cret+one")
            try await socket.send(text: "40")
            _ = await socket.next()
            guard case .text(let joined) = await socket.next() else {
                Issue.record("no answer")
                return
            }
            #expect(joined.hasPrefix("40{"))
        }
    }

    @Test func `what is never decided is answered in time, and cancelled`() async throws {
        let (cancelled, sink) = AsyncStream.makeStream(of: Void.self)
        let configuration = SocketIOServerConfiguration.make {
            $0.limits.requestTimeout = .milliseconds(200)
            $0.allowRequestAsync = { _ in
                for await _ in AsyncStream<Void>.makeStream().stream {}
                sink.yield()
                return true
            }
        }
        try await RunningServer.with(configuration) { running in
            let answer = try await HTTPProbe.get(Self.pollTarget, port: running.port)
            #expect(answer.hasPrefix("HTTP/1.1 503") && answer.lowercased().contains("\r\nretry-after: 5\r\n"))
            for await _ in cancelled { break }
            #expect(await running.server.statistics().sessionsOpened == 0)
        }
    }

    @Test(arguments: [pollTarget, RunningServer.target])
    func `a client that goes ends the question, and opens nothing`(_ target: String) async throws {
        let (steps, sink) = AsyncStream.makeStream(of: String.self)
        let configuration = SocketIOServerConfiguration.make {
            $0.allowRequestAsync = { _ in
                sink.yield("asked")
                for await _ in AsyncStream<Void>.makeStream().stream {}
                sink.yield("cancelled")
                return true
            }
        }
        try await RunningServer.with(configuration) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            let polls = target == Self.pollTarget
            try await probe.send(polls ? "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n" : ReusedConnection.upgrade())
            var told = steps.makeAsyncIterator()
            #expect(await told.next() == "asked")
            try await probe.channel.close()
            #expect(await told.next() == "cancelled")
            while await running.server.statistics().connections > 0 { try await running.turn() }
            #expect(await running.server.statistics().sessionsOpened == 0)
        }
    }

    @Test func `requests behind one that waits are answered behind it`() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let (asked, sink) = AsyncStream.makeStream(of: Void.self)
        let configuration = SocketIOServerConfiguration.make {
            $0.allowRequestAsync = { _ in
                sink.yield()
                for await _ in gate { break }
                return true
            }
        }
        try await RunningServer.with(configuration) { running in
            let connection = try await ReusedConnection(port: running.port)
            let request = "HTTP/1.1\r\nHost: x\r\n\r\n"
            try await connection.send("GET \(Self.pollTarget) \(request)GET /nothing \(request)")
            for await _ in asked { break }
            opener.finish()
            #expect(try await connection.answer().status == 200)
            #expect(try await connection.answer().status == 404)
        }
    }

    // MARK: Headers

    @Test func `a session's first answer bears the cookie and the application's headers`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.cookie = SessionCookie(maxAge: .seconds(60), sameSite: .strict)
            $0.initialHeaders = { ["x-first": $0.query["name"] ?? "none"] }
            $0.headers = { _ in ["x-each": "yes"] }
        }
        try await RunningServer.with(configuration) { running in
            let first = PollingClient.Answer(
                try await HTTPProbe.get(Self.pollTarget + "&name=mara", port: running.port))
            let sid = first.body.split(separator: "\"").dropFirst(3).first ?? ""
            #expect(first.header.contains("\r\nx-first: mara\r\n") && first.header.contains("\r\nx-each: yes"))
            let cookie = "set-cookie: io=\(sid); Max-Age=60; Path=/; HttpOnly; SameSite=Strict".lowercased()
            #expect(first.header.contains(cookie))
            let client = try await PollingClient.connect(port: running.port, join: false)
            let later = try await client.post("40")
            #expect(later.header.contains("\r\nx-each: yes"))
            #expect(!later.header.contains("x-first") && !later.header.contains("set-cookie"))
            #expect(try await client.poll().header.contains("\r\nx-each: yes"))
            let upgraded = try await client.webSocket().responseHeader.lowercased()
            #expect(upgraded.contains("\r\nx-each: yes") && !upgraded.contains("set-cookie"))
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            let header = socket.responseHeader.lowercased()
            #expect(header.contains("\r\nx-first: none") && header.contains("\r\nx-each: yes"))
            guard case .text(let open) = await socket.next() else {
                Issue.record("no open packet")
                return
            }
            #expect(header.contains("set-cookie: io=\(open.split(separator: "\"")[3].lowercased());"))
        }
    }

    // MARK: The handshake

    @Test func `the handshake tells query, url, time, and whether the way is encrypted`() async throws {
        let io = SocketIOServer(
            .make { $0.origins = .any }, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: .quiet)
        let joined = JoinedSockets()
        io.onConnection { joined.add($0) }
        let listener = try await ServerBootstrap(group: io.eventLoop)
            .childChannelInitializer { io.configure($0, secure: true) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let query = "EIO=4&transport=websocket&name=a%20b+c&room=1&room=2&odd=%zz&flag"
        let socket = try await WebSocketClient.connect(
            port: port, path: "/socket.io/?\(query)", headers: [("Origin", "https://page.example")])
        try await socket.send(text: #"40{"token":1}"#)
        let handshake = try await joined.next().handshake
        #expect(handshake.url == "/socket.io/?\(query)" && handshake.query.raw == query)
        #expect(handshake.query["name"] == "a b c" && handshake.query.all("room") == ["1", "2"])
        #expect(handshake.query["odd"] == "%zz" && handshake.query["flag"] == "" && handshake.query["none"] == nil)
        #expect(handshake.secure && handshake.xdomain && handshake.host == "127.0.0.1:\(port)")
        let told = try JSONValue(encoding: handshake)
        #expect(told["query"]?["room"] == "1, 2" && told["auth"] == ["token": 1])
        #expect(told["address"] == "127.0.0.1" && told["secure"] == true)
        #expect(told["issued"]?.number == Double(handshake.issued))
        #expect(told["headers"]?["origin"] == "https://page.example")
        try await listener.close()
        io.shutDown()
    }

    // MARK: Origins

    @Test func `a closure decides which pages may connect`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            $0.origins = .matching { $0.hasSuffix(".good.example") }
        }
        try await RunningServer.with(configuration) { running in
            let good = try await HTTPProbe.get(
                Self.pollTarget, port: running.port, headers: ["Origin: https://a.good.example"])
            #expect(good.hasPrefix("HTTP/1.1 200"))
            #expect(good.lowercased().contains("access-control-allow-origin: https://a.good.example\r\n"))
            #expect(good.lowercased().contains("access-control-allow-credentials: true\r\n"))
            for bad in ["https://good.example.evil", "null"] {
                let answer = try await HTTPProbe.get(Self.pollTarget, port: running.port, headers: ["Origin: \(bad)"])
                #expect(answer.hasPrefix("HTTP/1.1 403"))
                #expect(!answer.lowercased().contains("access-control-allow-origin"))
            }
            let own = try await HTTPProbe.get(
                Self.pollTarget, port: running.port, headers: ["Origin: http://127.0.0.1:\(running.port)"])
            #expect(own.hasPrefix("HTTP/1.1 200"))
        }
    }
}
