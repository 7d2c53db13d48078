import NIOCore
import SocketIOServer
import Synchronization
import TestSupport
import Testing

/// Clients on their way into a namespace, while something has to be waited for.
@Suite(.timeLimit(.minutes(1)))
struct ArrivalTests {
    private struct Broken: Error {}

    /// Opens once, for all who wait.
    private final class Gate: Sendable {
        private let (stream, sink) = AsyncStream.makeStream(of: Void.self)
        func open() { sink.finish() }
        func wait() async { for await _ in stream {} }
    }

    @Test func `a closure may wait, and two clients at once make one child`() async throws {
        let gate = Gate()
        let asked = Atomic(0)
        try await RunningServer.with { running in
            let parent = running.server.of(where: { name, _ async in
                asked.add(1, ordering: .relaxed)
                await gate.wait()
                return name == "/room"
            })
            async let one = SocketIOTestClient.connect(port: running.port, namespace: "/room")
            async let two = SocketIOTestClient.connect(port: running.port, namespace: "/room")
            while asked.load(ordering: .relaxed) < 2 { try await running.turn() }
            gate.open()
            _ = try await (one, two)
            #expect(parent.children.map(\.name) == ["/room"])
            #expect(parent.sockets.count == 2)
            await #expect(throws: SocketIOTestClient.ConnectRefused(payload: #"{"message":"Invalid namespace"}"#)) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/other")
            }
        }
    }

    @Test func `the closures are asked in their order, and the first that says yes is the parent`() async throws {
        let (steps, sink) = AsyncStream.makeStream(of: String.self)
        try await RunningServer.with { running in
            running.server.of(where: { _, _ async in
                sink.yield("first")
                return false
            })
            running.server.of(where: { _, _ in
                sink.yield("second")
                return true
            }).onConnection { _ in sink.yield("joined") }
            running.server.of(matching: "/x").use { _ in throw ConnectError(message: "no") }
            _ = try await SocketIOTestClient.connect(port: running.port, namespace: "/x")
            sink.finish()
            #expect(await steps.reduce(into: []) { $0.append($1) } == ["first", "second", "joined"])
        }
    }

    @Test func `what never decides is cancelled in time, and the client may ask again`() async throws {
        let cancelled = Gate()
        let configuration = SocketIOServerConfiguration.make { $0.connectTimeout = .milliseconds(300) }
        try await RunningServer.with(configuration) { running in
            running.server.of("/slow").use { socket async in
                if socket.handshake.auth != nil { return }
                await Gate().wait()
                cancelled.open()
            }
            // In one namespace already: the session itself is not ended.
            let socket = try await Self.joined(running)
            try await socket.send(text: "40/slow,")
            #expect(await Self.packet(socket) == .text(#"44/slow,{"message":"timed out"}"#))
            await cancelled.wait()
            // Again, and where the machine is too busy for the time that is set, once more.
            while running.server.of("/slow").sockets.isEmpty {
                try await socket.send(text: "40/slow,{}")
                guard case .text(let text) = await Self.packet(socket) else { throw Broken() }
                #expect(text.hasPrefix(#"40/slow,{"sid":"#) || text == #"44/slow,{"message":"timed out"}"#)
            }
            #expect(running.server.of("/slow").sockets.count == 1)
        }
    }

    /// What comes next, but for pings, which a busy machine lets in between.
    private static func packet(_ socket: WebSocketClient) async -> WebSocketClient.Frame? {
        while let frame = await socket.next() {
            guard frame == .text("2") else { return frame }
            try? await socket.send(text: "3")
        }
        return nil
    }

    /// A client in `/`; another one where the machine was so busy that the first one's time was over.
    private static func joined(_ running: RunningServer) async throws -> WebSocketClient {
        while true {
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            _ = await socket.next()
            try? await socket.send(text: "40")
            if case .text(let text) = await socket.next(), text.hasPrefix("40{") { return socket }
        }
    }

    @Test func `a client that goes ends what waits for it, and leaves no child behind`() async throws {
        let (asked, sink) = AsyncStream.makeStream(of: Void.self)
        let cancelled = Gate()
        try await RunningServer.with { running in
            let parent = running.server.of(matching: "/room-*").use { _ async in
                sink.yield()
                await Gate().wait()
                cancelled.open()
            }
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            try await socket.send(text: "40/room-1,")
            for await _ in asked { break }
            #expect(parent.children.map(\.name) == ["/room-1"])
            try await socket.disconnect()
            await cancelled.wait()
            while !parent.children.isEmpty { try await running.turn() }
        }
    }

    @Test func `a check that fails for its own reasons tells the client nothing of them`() async throws {
        try await RunningServer.with { running in
            running.server.use { _ in throw Broken() }
            running.server.of("/awaited").use { _ async throws in throw Broken() }
            running.server.of(where: { _, _ async throws in throw Broken() })
            running.server.of("/refused").use { _ in throw ConnectError(message: "no", data: [1, 2]) }
            for name in ["/", "/awaited", "/nowhere"] {
                await #expect(throws: SocketIOTestClient.ConnectRefused(payload: #"{"message":"internal error"}"#)) {
                    try await SocketIOTestClient.connect(port: running.port, namespace: name)
                }
            }
        }
        try await RunningServer.with { running in
            running.server.of(where: { _, _ async throws in throw ConnectError(message: "no", data: [1, 2]) })
            await #expect(throws: SocketIOTestClient.ConnectRefused(payload: #"{"message":"no","data":[1,2]}"#)) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/nowhere")
            }
        }
    }

    @Test func `a check that is added while another one waits is asked too`() async throws {
        let gate = Gate()
        let (asked, sink) = AsyncStream.makeStream(of: Void.self)
        try await RunningServer.with { running in
            running.server.use { _ async in
                sink.yield()
                await gate.wait()
            }
            let client = Task { try await SocketIOTestClient.connect(port: running.port) }
            for await _ in asked { break }
            running.server.use { _ in throw ConnectError(message: "late") }
            gate.open()
            await #expect(throws: SocketIOTestClient.ConnectRefused(payload: #"{"message":"late"}"#)) {
                try await client.value
            }
        }
    }

    @Test func `asking twice while the first time waits ends the session, and joins nothing`() async throws {
        let gate = Gate()
        let (asked, sink) = AsyncStream.makeStream(of: Void.self)
        try await RunningServer.with { running in
            running.server.use { _ async in
                sink.yield()
                await gate.wait()
            }
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            try await socket.send(text: "40")
            for await _ in asked { break }
            try await socket.send(text: "40")
            while await running.server.statistics().sessions > 0 { try await running.turn() }
            gate.open()
            try await running.turn()
            #expect(running.server.sockets.isEmpty)
        }
    }

    @Test func `names that were refused do not fill the number of namespaces a client may be in`() async throws {
        try await RunningServer.with { running in
            running.server.of(where: { _, _ in false })
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            _ = await socket.next()
            for number in 0..<150 {
                try await socket.send(text: "40/\(number),")
                #expect(await Self.packet(socket) == .text(#"44/\#(number),{"message":"Invalid namespace"}"#))
            }
        }
    }
}
