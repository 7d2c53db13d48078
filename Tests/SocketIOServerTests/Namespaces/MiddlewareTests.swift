import NIOCore
import SocketIO
import SocketIOServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct MiddlewareTests {
    private enum User: SocketDataKey { typealias Value = String }

    @Test func `checks that wait and checks that do not run in their order, and pass data on`() async throws {
        let (joined, sink) = AsyncStream.makeStream(of: String.self)
        try await RunningServer.with { running in
            running.server.of("/")
                .use { socket throws(ConnectError) in socket.data[User.self] = "a" }
                .use { socket async throws(ConnectError) in
                    await Task.yield()
                    socket.data[User.self, default: ""] += "b"
                }
                .use { socket throws(ConnectError) in socket.data[User.self, default: ""] += "c" }
                .onConnection { sink.yield($0.data[User.self] ?? "none") }
            _ = try await SocketIOTestClient.connect(port: running.port)
            var iterator = joined.makeAsyncIterator()
            #expect(await iterator.next() == "abc")
        }
    }

    @Test func `a check that waits refuses with its message, and the client may ask again`() async throws {
        try await RunningServer.with { running in
            running.server.of("/").use { socket async throws(ConnectError) in
                await Task.yield()
                if socket.handshake.auth == nil { throw ConnectError(message: "who?") }
            }
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            _ = await socket.next()
            try await socket.send(text: "40")
            #expect(await socket.next() == .text(#"44{"message":"who?"}"#))
            try await socket.send(text: "40{}")
            guard case .text(let text) = await socket.next() else {
                Issue.record("no answer")
                return
            }
            #expect(text.hasPrefix(#"40{"sid":"#))
        }
    }

    @Test func `a client that goes while it is checked joins nothing`() async throws {
        let (steps, sink) = AsyncStream.makeStream(of: String.self)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        try await RunningServer.with { running in
            running.server.of("/")
                .use { _ async throws(ConnectError) in
                    sink.yield("asked")
                    for await _ in gate { break }
                }
                .onConnection { _ in sink.yield("joined") }
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            try await socket.send(text: "40")
            var iterator = steps.makeAsyncIterator()
            #expect(await iterator.next() == "asked")
            try await socket.disconnect()
            while await running.server.statistics().sessions > 0 { try Task.checkCancellation() }
            opener.finish()
            _ = try await SocketIOTestClient.connect(port: running.port)
            #expect(await iterator.next() == "asked")
            #expect(await iterator.next() == "joined")
            #expect(running.server.of("/").sockets.count == 1)
        }
    }

    @Test func `a volatile event is lost on those who cannot take it at once`() async throws {
        try await RunningServer.with { running in
            let client = try await PollingClient.connect(port: running.port)
            try running.server.of("/").all.volatile.emit("lost")
            try running.server.of("/").all.emit("kept")
            #expect(try await client.poll().packets == [#"42["kept"]"#])
            let prompt = try await SocketIOTestClient.connect(port: running.port)
            try running.server.of("/").all.volatile.emit("taken")
            #expect(try await prompt.next("taken").arguments == [])
            #expect(await running.server.statistics().eventsDropped == 2)
        }
    }
}
