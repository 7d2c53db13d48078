import JSONBytes
import NIOCore
import SocketIO
import SocketIOServer
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EventTests {
    @Test func `an event is answered with an event`() async throws {
        try await RunningServer.with(setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("message", "1", "\"2\"", "{\"3\":[false]}")
            let event = try await client.next("message-back")
            #expect(event.text == #"2["message-back",1,"2",{"3":[false]}]"#)
        }
    }

    @Test func `an event is acknowledged with its arguments`() async throws {
        try await RunningServer.with(setUp: Self.echo) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await client.emitWithAck("message-with-ack", "1", "null") == [.number(1), .null])
            #expect(try await client.emitWithAck("message-with-ack") == [])
        }
    }

    @Test func `an event that nobody listens to reaches the handler of the unknown`() async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                socket.onUnknown { event in event.ack?(json: [Array("\"no \(event.name)\"".utf8)]) }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await client.emitWithAck("nothing") == [.string("no nothing")])
        }
    }

    @Test func `the handshake's auth reaches the connection handler`() async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                try socket.emit("auth", json: [socket.handshake.auth ?? Array("{}".utf8)])
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let with = try await SocketIOTestClient.connect(port: running.port, auth: #"{"token":"123"}"#)
            #expect(try await with.next("auth").arguments == [.object(["token": .string("123")])])
            let without = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await without.next("auth").arguments == [.object([:])])
        }
    }

    @Test func `the server awaits a client's answer`() async throws {
        let (answers, sink) = AsyncStream.makeStream(of: Result<EventArguments, AckError>.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                try socket.emitWithAck("question", EventArguments(json: [Array("42".utf8)]), timeout: .seconds(30)) {
                    sink.yield($0)
                }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.acknowledge(try await client.next("question"), "\"yes\"")
            var iterator = answers.makeAsyncIterator()
            #expect(await iterator.next() == .success(EventArguments(json: [Array("\"yes\"".utf8)])))
        }
    }

    @Test func `an answer that does not come times out`() async throws {
        let (answers, sink) = AsyncStream.makeStream(of: Result<EventArguments, AckError>.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                try socket.emitWithAck("question", EventArguments(), timeout: .milliseconds(30)) { sink.yield($0) }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            var iterator = answers.makeAsyncIterator()
            #expect(await iterator.next() == .failure(.timedOut))
            _ = client
        }
    }

    @Test func `middleware refuses with a message and data`() async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").use { socket throws(ConnectError) in
                guard socket.handshake.authValue["token"] == .string("right") else {
                    throw ConnectError(message: "not \"allowed\"", data: ["code": "token"])
                }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let refusal = #"{"message":"not \"allowed\"","data":{"code":"token"}}"#
            await #expect(throws: SocketIOTestClient.ConnectRefused(payload: refusal)) {
                try await SocketIOTestClient.connect(port: running.port, auth: #"{"token":"wrong"}"#)
            }
            _ = try await SocketIOTestClient.connect(port: running.port, auth: #"{"token":"right"}"#)
        }
    }

    @Test func `a broadcast reaches the sockets named and reports when it is on the wire`() async throws {
        let (signals, sink) = AsyncStream.makeStream(of: Void.self)
        let (joined, joinedSink) = AsyncStream.makeStream(of: Void.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { _ in joinedSink.yield() }
        }
        try await RunningServer.with(setUp: setUp) { running in
            var joins = joined.makeAsyncIterator()
            let first = try await SocketIOTestClient.connect(port: running.port, auth: #"{"n":1}"#)
            let second = try await SocketIOTestClient.connect(port: running.port, auth: #"{"n":2}"#)
            for _ in 0..<2 { await joins.next() }
            let namespace = running.server.of("/")
            try await running.server.eventLoop.submit {
                let chosen = namespace.sockets.filter { $0.handshake.authValue["n"] == .number(1) }
                try namespace.broadcast(EncodedEvent(event: "one", arguments: [Array("[1]".utf8)]), to: chosen) {
                    sink.yield()
                }
                try namespace.broadcast(EncodedEvent(event: "all", arguments: []))
            }.get()
            var iterator = signals.makeAsyncIterator()
            await iterator.next()
            #expect(try await first.nextEvent().text == #"2["one",[1]]"#)
            #expect(try await first.nextEvent().text == #"2["all"]"#)
            #expect(try await second.nextEvent().text == #"2["all"]"#)
        }
    }

    @Test(arguments: [
        (Leaving.leave, DisconnectReason.clientNamespaceDisconnect), (.closeFrame, .transportClose),
        (.closePacket, .transportClose), (.cut, .transportClose), (.ping, .transportError), (.garbage, .parseError),
    ])
    func `a socket learns why its client has left`(_ leaving: Leaving, _ expected: DisconnectReason) async throws {
        let (reasons, sink) = AsyncStream.makeStream(of: DisconnectReason.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in socket.onDisconnect { sink.yield($0) } }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            switch leaving {
            case .leave: try await client.leave()
            case .closeFrame: try await client.socket.send(close: 1000)
            case .closePacket: try await client.socket.send(text: "1")
            case .cut: try await client.disconnect()
            case .ping: try await client.socket.send(text: "2")
            case .garbage: try await client.socket.send(text: "4x")
            }
            var iterator = reasons.makeAsyncIterator()
            #expect(await iterator.next() == expected)
        }
    }

    enum Leaving { case leave, closeFrame, closePacket, cut, ping, garbage }

    @Test(arguments: [false, true])
    func `the server makes a client leave`(close: Bool) async throws {
        let (reasons, sink) = AsyncStream.makeStream(of: DisconnectReason.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                socket.onDisconnect { sink.yield($0) }
                socket.onEvent("leave") { _ in socket.disconnect(close: close) }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("leave")
            try await client.untilDisconnected()
            var iterator = reasons.makeAsyncIterator()
            #expect(await iterator.next() == .serverNamespaceDisconnect)
            if close { #expect(await client.untilClosed() == nil) }
        }
    }

    static func echo(_ server: SocketIOServer) {
        server.of("/").onConnection { socket in
            socket.onEvent("message") { try socket.emit("message-back", $0.content) }
            socket.onEvent("message-with-ack") { $0.ack?($0.content) }
        }
    }
}
