import JSONBytes
import NIOCore
import SocketIOServer
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RoomTests {
    /// Who gets an event: three sockets, a in red, b in red and blue, c in none.
    @Test(arguments: [
        (Choice.all, "abc"), (.red, "ab"), (.redAndBlue, "ab"), (.exceptBlue, "ac"), (.redExceptBlue, "a"),
        (.nobody, ""), (.othersOfA, "bc"), (.redWithoutA, "b"), (.ownRoomOfC, "c"),
    ])
    func `an event reaches those who are meant, each once`(_ choice: Choice, _ expected: String) async throws {
        try await Self.room { namespace, sockets, clients in
            try choice.operator(namespace, sockets).emit("event")
            try namespace.all.emit("end")
            for (name, client) in clients.sorted(by: { $0.key < $1.key }) {
                var events: [String] = []
                repeat { events.append(try await client.nextEvent().name) } while events.last != "end"
                #expect(events == (expected.contains(name) ? ["event", "end"] : ["end"]), "\(name)")
            }
        }
    }

    enum Choice {
        case all, red, redAndBlue, exceptBlue, redExceptBlue, nobody, othersOfA, redWithoutA, ownRoomOfC

        func `operator`(_ namespace: Namespace, _ sockets: [String: Socket]) -> BroadcastOperator {
            switch self {
            case .all: namespace.all
            case .red: namespace.to("red")
            case .redAndBlue: namespace.to("red").to("blue")
            case .exceptBlue: namespace.except("blue")
            case .redExceptBlue: namespace.to("red").except("blue")
            case .nobody: namespace.to("green")
            case .othersOfA: sockets["a"]?.broadcast ?? namespace.all
            case .redWithoutA: sockets["a"]?.to("red") ?? namespace.all
            case .ownRoomOfC: namespace.to(sockets["c"]?.id ?? "")
            }
        }
    }

    @Test func `sockets are fetched and moved by rooms`() async throws {
        try await Self.room { namespace, sockets, _ in
            namespace.to("red").socketsJoin("green", "white")
            namespace.to("blue").socketsLeave("white", "red")
            let found = try await namespace.eventLoop.submit {
                ["red", "green", "white"].map { room in
                    namespace.to(room).fetchSockets().map { String($0.handshake.authValue["name"]?.string ?? "") }
                        .sorted()
                }
            }.get()
            #expect(found == [["a"], ["a", "b"], ["a"]])
            let rooms = try await namespace.eventLoop.submit { sockets["a"]?.rooms }.get()
            #expect(rooms == [try #require(sockets["a"]?.id), "red", "green", "white"])
        }
    }

    @Test func `sockets are disconnected by rooms, and are in them until they have left`() async throws {
        let (left, sink) = AsyncStream.makeStream(of: [Set<String>].self)
        try await Self.room { namespace, sockets, clients in
            try await namespace.eventLoop.submit {
                guard let socket = sockets["b"] else { return }
                let before = NIOLoopBoundBox<Set<String>>([], eventLoop: namespace.eventLoop)
                socket.onDisconnecting { _ in before.value = socket.rooms }
                socket.onDisconnect { _ in sink.yield([before.value, socket.rooms]) }
            }.get()
            namespace.to("blue").disconnectSockets()
            try await clients["b"]?.untilDisconnected()
            for await rooms in left {
                #expect(rooms == [[try #require(sockets["b"]?.id), "red", "blue"], []])
                break
            }
            let rest = try await namespace.eventLoop.submit { namespace.to("red", "blue").fetchSockets().count }.get()
            #expect(rest == 1)
        }
    }

    private static func room(
        _ body: (Namespace, [String: Socket], [String: SocketIOTestClient]) async throws -> Void
    ) async throws {
        let (joined, sink) = AsyncStream.makeStream(of: Socket.self)
        try await RunningServer.with(setUp: { $0.of("/").onConnection { sink.yield($0) } }) { running in
            var iterator = joined.makeAsyncIterator()
            var sockets: [String: Socket] = [:]
            var clients: [String: SocketIOTestClient] = [:]
            for (name, rooms) in [("a", ["red"]), ("b", ["red", "blue"]), ("c", [])] {
                clients[name] = try await SocketIOTestClient.connect(
                    port: running.port, auth: "{\"name\":\"\(name)\"}")
                let socket = try #require(await iterator.next())
                for room in rooms { socket.join(room) }
                sockets[name] = socket
            }
            try await body(running.server.of("/"), sockets, clients)
        }
    }
}
