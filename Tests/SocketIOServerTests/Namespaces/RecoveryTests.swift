import JSONBytes
import NIOCore
import SocketIO
import SocketIOServer
import TestSupport
import Testing

/// Connection state recovery on the wire (Socket.IO 4.6).
@Suite(.timeLimit(.minutes(1)))
struct RecoveryTests {
    private enum Name: SocketDataKey { typealias Value = String }

    @Test func `a client that comes back gets what it missed, then the same id`() async throws {
        try await Self.room { running, sockets in
            let (client, socket) = try await Self.join(running, sockets)
            socket.join("red")
            socket.data[Name.self] = "mara"
            try running.server.of("/").all.emit("n", 1)
            let first = try await client.next("n")
            let offset = try #require(first.arguments.last?.string)
            #expect(first.arguments == [.number(1), .string(offset)])
            try await Self.leave(client, running)

            let namespace = running.server.of("/")
            try namespace.all.emit("n", 2)
            try namespace.to("red").emit("n", 3)
            try namespace.to("blue").emit("n", 4)
            try namespace.all.volatile.emit("n", 5)
            try socket.emit("n", 6)

            let pid = try #require(await Self.pid(client))
            let again = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            _ = await again.next()
            try await again.send(text: #"40{"pid":"\#(pid)","offset":"\#(offset)"}"#)
            var texts: [String] = []
            for _ in 0..<4 {
                guard case .text(let text) = await again.next() else { break }
                texts.append(text)
            }
            #expect(texts.count == 4)
            #expect(texts.prefix(3).map { $0.prefix(9) } == [#"42["n",2,"#, #"42["n",3,"#, #"42["n",6,"#])
            #expect(texts.last == #"40{"sid":"\#(socket.id)","pid":"\#(pid)"}"#)
            let recovered = try await sockets.next()
            #expect(recovered.recovered)
            #expect(recovered.id == socket.id)
            #expect(recovered.rooms == [socket.id, "red"])
            #expect(recovered.data[Name.self] == "mara")
            #expect(namespace.sockets.count == 1)
        }
    }

    @Test(arguments: [#""pid":"?","offset":"OFFSET""#, #""pid":"PID","offset":"?""#, #""pid":"PID""#, #""pid":1"#])
    func `a client whose past is not known starts anew`(_ auth: String) async throws {
        try await Self.room { running, sockets in
            let (client, socket) = try await Self.join(running, sockets)
            try running.server.of("/").all.emit("n")
            let offset = try #require(try await client.next("n").arguments.last?.string)
            try await Self.leave(client, running)
            let pid = try #require(await Self.pid(client))
            let text = auth.replacing("PID", with: pid).replacing("OFFSET", with: offset)
            let again = try await SocketIOTestClient.connect(port: running.port, auth: "{\(text)}")
            let fresh = try await sockets.next()
            #expect(!fresh.recovered)
            #expect(fresh.id != socket.id)
            #expect(await Self.pid(again) != pid)
        }
    }

    @Test func `a client that left on purpose, or was sent away, starts anew`() async throws {
        for sendsAway in [false, true] {
            try await Self.room { running, sockets in
                let (client, socket) = try await Self.join(running, sockets)
                try running.server.of("/").all.emit("n")
                let offset = try #require(try await client.next("n").arguments.last?.string)
                let pid = try #require(await Self.pid(client))
                if sendsAway { socket.disconnect() } else { try await client.leave() }
                try await Self.untilEmpty(running)
                _ = try await SocketIOTestClient.connect(
                    port: running.port, auth: #"{"pid":"\#(pid)","offset":"\#(offset)"}"#)
                #expect(try await sockets.next().recovered == false)
            }
        }
    }

    @Test func `without recovery there is no private id and no offset`() async throws {
        try await RunningServer.with { running in
            running.server.of("/").onConnection { try $0.emit("hello") }
            let client = try await SocketIOTestClient.connect(port: running.port)
            #expect(await Self.pid(client) == nil)
            #expect(try await client.next("hello").arguments == [])
        }
    }

    // MARK: Steps

    private static func room(
        _ body: @Sendable (RunningServer, JoinedSockets) async throws -> Void
    ) async throws {
        let joined = JoinedSockets()
        let configuration = SocketIOServerConfiguration.make { $0.connectionStateRecovery = .init() }
        try await RunningServer.with(configuration, setUp: { $0.of("/").onConnection { joined.add($0) } }) { running in
            try await body(running, joined)
        }
    }

    private static func join(
        _ running: RunningServer, _ sockets: JoinedSockets
    ) async throws -> (SocketIOTestClient, Socket) {
        let client = try await SocketIOTestClient.connect(port: running.port)
        return (client, try await sockets.next())
    }

    private static func pid(_ client: SocketIOTestClient) async -> String? {
        (try? JSONValue(parsing: Array(await client.connected.utf8)))?["pid"]?.string
    }

    private static func leave(_ client: SocketIOTestClient, _ running: RunningServer) async throws {
        try await client.disconnect()
        try await untilEmpty(running)
    }

    private static func untilEmpty(_ running: RunningServer) async throws {
        while !running.server.of("/").sockets.isEmpty {
            try Task.checkCancellation()
            // The loop has other work between two questions.
            try await running.server.eventLoop.submit {}.get()
        }
    }
}
