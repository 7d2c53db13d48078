import NIOCore
import SocketIO
import SocketIOServer
import TestSupport
import Testing

/// What is kept of clients and is not whole or not decided yet.
@Suite(.timeLimit(.minutes(1)))
struct UnfinishedTests {
    private static let event = #"451-["x",{"_placeholder":true,"num":0}]"#

    @Test func `what waits with a client to be let in counts as unfinished, until that is decided`() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").use { _ in for await _ in gate { break } }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            try await socket.send(text: #"40{"token":"\#(String(repeating: "x", count: 9_000))"}"#)
            while try await running.server.inventory().counted.unfinishedBytes < 9_000 { try await running.turn() }
            #expect(try await running.server.inventory().counted.inputHolders == 1)
            opener.finish()
            while try await running.server.inventory().counted.unfinishedBytes > 0 { try await running.turn() }
            #expect(try await running.server.inventory().isTrue)
        }
    }

    @Test func `with too much of it the client that holds most goes`() async throws {
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").use { _ in for await _ in AsyncStream<Void>.makeStream().stream {} }
        }
        try await RunningServer.with(.make { $0.limits.unfinishedBytes = 22_000 }, setUp: setUp) { running in
            let auth = #"40{"token":"\#(String(repeating: "x", count: 9_000))"}"#
            let sockets = try await withThrowingTaskGroup(of: WebSocketClient.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for socket in sockets { try await socket.send(text: auth) }
            while await running.server.statistics().sessionsClosed["inboundFlood"] == nil { try await running.turn() }
            // A frame in two reads takes the room of both until it is whole: one goes then or two, and never all.
            let statistics = await running.server.statistics()
            #expect((1...2).contains(statistics.violations["tooMuchUnfinished"] ?? 0))
            #expect((1...2).contains(statistics.sessionsClosed["inboundFlood"] ?? 0))
            #expect(try await running.server.inventory().counted.unfinishedBytes <= 22_000)
        }
    }

    @Test func `an event whose attachments do not come ends its session, over a WebSocket`() async throws {
        let configuration = SocketIOServerConfiguration.make { $0.limits.messageTimeout = .milliseconds(50) }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.socket.send(text: Self.event)
            while await running.server.statistics().sessionsClosed["messageTimeout"] == nil { try await running.turn() }
            #expect(try await running.server.inventory().isTrue)
        }
    }

    @Test func `an event whose attachments do not come ends its session, over polling`() async throws {
        let configuration = SocketIOServerConfiguration.make {
            // The last packet is kept so long, and a busy machine may poll late.
            ($0.limits.messageTimeout, $0.limits.closeTimeout) = (.milliseconds(50), .seconds(60))
        }
        try await RunningServer.with(configuration, setUp: { _ = $0.of("/") }) { running in
            let client = try await PollingClient.connect(port: running.port)
            _ = try await client.post(Self.event)
            while await running.server.statistics().sessionsClosed["messageTimeout"] == nil { try await running.turn() }
            // Its next poll tells it so.
            #expect(try await client.poll().body == "1")
        }
    }

    @Test func `an event that waits for its attachments counts as unfinished until the last is there`() async throws {
        let (events, sink) = AsyncStream.makeStream(of: Int.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in socket.onAny { sink.yield($0.attachments.count) } }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.socket.send(text: Self.event)
            while try await running.server.inventory().counted.unfinishedBytes == 0 { try await running.turn() }
            try await client.socket.send(binary: [1, 2, 3])
            for await count in events {
                #expect(count == 1)
                break
            }
            #expect(try await running.server.inventory().counted.unfinishedBytes == 0)
        }
    }

    @Test func `attachments of a client that has not joined are not waited for`() async throws {
        try await RunningServer.with(setUp: { _ = $0.of("/") }) { running in
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            try await socket.send(text: Self.event)
            while await running.server.statistics().sessionsClosed["parseError"] == nil { try await running.turn() }
            #expect(await running.server.statistics().violations["notJoined"] == 1)
        }
    }
}
