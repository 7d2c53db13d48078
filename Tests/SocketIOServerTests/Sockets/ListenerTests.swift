import NIOCore
import TestSupport
import Testing

@testable import SocketIOServer

/// Listening once, letting go, catching all, altering: what porters of Node's servers look for.
@Suite(.timeLimit(.minutes(1)))
struct ListenerTests {
    private struct NotAllowed: Error {}

    @Test func `a handler that listens once hears one event, of either kind`() async throws {
        try await RunningServer.with { running in
            running.server.onConnection { socket in
                socket.onceEvent("raw") { $0.ack?(json: [Array("1".utf8)]) }
                socket.once("typed") { (text: String) in "once \(text)" }
                socket.once("told") { (text: String) in try socket.emit("heard", text) }
                socket.onUnknown { $0.ack?(json: [Array("\"unknown\"".utf8)]) }
            }
            let client = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await client.emitWithAck("raw") == [1])
            #expect(try await client.emitWithAck("raw") == ["unknown"])
            #expect(try await client.emitWithAck("typed", "\"a\"") == ["once a"])
            #expect(try await client.emitWithAck("typed", "\"b\"") == ["unknown"])
            try await client.emit("told", "\"c\"")
            #expect(try await client.emitWithAck("told", "\"d\"") == ["unknown"])
            #expect(try await client.next("heard").arguments == ["c"])
        }
    }

    @Test func `handlers are let go of one by one, by name, and from within a handler that waits`() async throws {
        try await RunningServer.with { running in
            running.server.onConnection { socket in
                let first = socket.onEvent("x") { _ in try socket.emit("first") }
                let second = socket.on("x") { () async throws in try socket.emit("second") }
                let any = socket.onAny { event in if event.name == "x" { try socket.emit("any") } }
                socket.on("let go") { (what: String) async in
                    switch what {
                    case "first": socket.off(first)
                    case "second": socket.off(second)
                    case "any": socket.off(any)
                    case "all": socket.offAny()
                    default: socket.off("x")
                    }
                    return true
                }
                socket.onUnknown { $0.ack?(json: [Array("0".utf8)]) }
            }
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("x")
            #expect(try await client.nextEvent().name == "any")
            #expect(try await client.nextEvent().name == "first")
            #expect(try await client.nextEvent().name == "second")
            _ = try await client.emitWithAck("let go", "\"first\"")
            try await client.emit("x")
            #expect(try await client.nextEvent().name == "any")
            #expect(try await client.nextEvent().name == "second")
            _ = try await client.emitWithAck("let go", "\"any\"")
            try await client.emit("x")
            #expect(try await client.nextEvent().name == "second")
            _ = try await client.emitWithAck("let go", "\"x\"")
            #expect(try await client.emitWithAck("x") == [0])
        }
    }

    @Test func `a check changes what the handlers get, or refuses it`() async throws {
        try await RunningServer.with { running in
            running.server.onConnection { socket in
                socket.use { event in
                    if event.name == "secret" { throw NotAllowed() }
                    if event.name == "old name" { event.name = "new name" }
                }
                socket.use { event in event.content = try EventArguments("changed", event.arguments.count) }
                socket.on("new name") { (text: String, count: Int) in "\(text) \(count)" }
                socket.onError { event, error in try? event.ack?(encoding: "\(error)") }
            }
            let client = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await client.emitWithAck("old name", "1", "2", "3") == ["changed 3"])
            #expect(try await client.emitWithAck("secret") == ["NotAllowed()"])
        }
    }

    @Test func `what is sent to a client can be listened to, whatever the way it takes`() async throws {
        let (told, sink) = AsyncStream.makeStream(of: OutgoingEvent.self)
        let joined = JoinedSockets()
        try await RunningServer.with(.make { $0.connectionStateRecovery = .init() }) { running in
            let room = running.server.of("/room")
            room.onConnection { socket in
                socket.onAnyOutgoing { sink.yield($0) }
                socket.prependAnyOutgoing { sink.yield(OutgoingEvent(name: "before", content: $0.content)) }
                joined.add(socket)
            }
            let client = try await SocketIOTestClient.connect(port: running.port, namespace: "/room")
            let other = try await SocketIOTestClient.connect(port: running.port, namespace: "/room")
            let (socket, second) = (try await joined.next(), try await joined.next())
            second.offAnyOutgoing()
            try socket.emit("one", 1, Remark(text: "[{\"a\":\"/room,[\"}]"))
            try room.emit("all", "x")
            try room.to(socket.id).emit("room", [UInt8](), 2)
            try second.emit("not to the first", 1)
            async let answered: Int = socket.emitWithAck("ask", "?", as: Int.self)
            let question = try await client.next("ask")
            try await client.acknowledge(question, "7")
            #expect(try await answered == 7)
            socket.offAnyOutgoing()
            try await running.turn()
            try room.emit("unheard", 1)
            _ = try await (client.next("unheard"), other.next("unheard"))
            sink.finish()
            let events = await told.reduce(into: []) { $0.append($1) }
            #expect(events.map(\.name) == ["before", "one", "before", "all", "before", "room", "before", "ask"])
            #expect(try events[1].content == EventArguments(1, Remark(text: "[{\"a\":\"/room,[\"}]")))
            #expect(try events[3].content == EventArguments("x"))
        }
    }

    private struct Remark: Codable, Sendable { var text: String }
}
