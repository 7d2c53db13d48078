import Foundation
import NIOCore
import SocketIOServer
import Synchronization
import TestSupport
import Testing

/// What the tests of the official clients ask of their server, written with this library as its users would.
@Suite(.timeLimit(.minutes(1)))
struct SupportServerTests {
    private struct Greeting: Codable, Sendable, Equatable {
        var hello: String
        var message: Data
        var goodbye: String
    }

    private static func setUp(_ io: SocketIOServer) {
        for name in ["/foo", "/timeout_socket", "/valid", "/asd"] {
            io.of(name).onConnection { socket in
                socket.on("getId") { () in socket.id }
            }
        }
        io.of("/abc").onConnection { socket in try? socket.emit("handshake", socket.handshake) }
        io.use { socket in
            if socket.handshake.query["fail"] != nil { throw ConnectError(message: "Auth failed (main namespace)") }
        }
        io.of("/no").use { _ in throw ConnectError(message: "Auth failed (custom namespace)") }
        io.onConnection { socket in
            socket.on("hi") { () in try socket.emit("hi") }
            socket.on("echo") { (value: JSONValue) in value }
            socket.on("ack") { () async throws in
                let (number, object) = try await socket.emitWithAck("ack", as: Int.self, [String: Bool].self)
                if number == 5, object["test"] == true { try socket.emit("got it") }
            }
            socket.on("false") { () in try socket.emit("false", false) }
            socket.on("getUtf8") { () in
                for text in ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string"] { try socket.emit("takeUtf8", text) }
            }
            socket.on("doge") { () in try socket.emit("doge", Data("asdfasdf".utf8)) }
            socket.on("jsonbuff") { (greeting: Greeting) in
                if greeting == Greeting(hello: "lol", message: Data([1, 2]), goodbye: "gotcha") {
                    try socket.emit("jsonbuff-ack")
                }
            }
            socket.on("getHandshake") { () in socket.handshake }
            socket.on("getId") { () in socket.id }
        }
    }

    @Test func `the events of the official support server are answered`() async throws {
        try await RunningServer.with(.make { $0.allowRequestAsync = { _ in true } }, setUp: Self.setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("hi")
            #expect(try await client.next("hi").arguments == [])
            let value = #"{"a":[1,null,"é"],"b":{"c":0.5}}"#
            #expect(try await client.emitWithAck("echo", value) == [try JSONValue(parsing: Array(value.utf8))])
            try await client.emit("ack")
            try await client.acknowledge(try await client.next("ack"), "5", #"{"test":true}"#)
            _ = try await client.next("got it")
            try await client.emit("false")
            #expect(try await client.next("false").arguments == [false])
            try await client.emit("getUtf8")
            for text in ["てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string"] {
                #expect(try await client.next("takeUtf8").arguments == [.string(text)])
            }
            let handshake = try await client.emitWithAck("getHandshake")
            #expect(handshake.first?["query"]?["EIO"] == "4" && handshake.first?["auth"] == [:])
            #expect(try await client.emitWithAck("getId").first?.string?.isEmpty == false)
            let abc = try await SocketIOTestClient.connect(
                port: running.port, namespace: "/abc", auth: #"{"token":"abc"}"#)
            #expect(try await abc.next("handshake").arguments.first?["auth"] == ["token": "abc"])
        }
    }

    @Test func `its refusals are the official ones`() async throws {
        try await RunningServer.with(setUp: Self.setUp) { running in
            let refusal = SocketIOTestClient.ConnectRefused(payload: #"{"message":"Auth failed (custom namespace)"}"#)
            await #expect(throws: refusal) {
                try await SocketIOTestClient.connect(port: running.port, namespace: "/no")
            }
            let socket = try await WebSocketClient.connect(
                port: running.port, path: RunningServer.target + "&fail=true")
            _ = await socket.next()
            try await socket.send(text: "40")
            #expect(await socket.next() == .text(#"44{"message":"Auth failed (main namespace)"}"#))
            try await socket.send(text: "40/foo,")
            guard case .text(let joined) = await socket.next() else {
                Issue.record("no answer")
                return
            }
            #expect(joined.hasPrefix("40/foo,"))
        }
    }

    @Test func `rooms are taken one by one and as lists, and an empty list is nobody`() async throws {
        let joined = JoinedSockets()
        try await RunningServer.with { running in
            let io = running.server
            io.onConnection { joined.add($0) }
            let (one, two) = (
                try await SocketIOTestClient.connect(port: running.port),
                try await SocketIOTestClient.connect(port: running.port)
            )
            let (first, second) = (try await joined.next(), try await joined.next())
            first.join(["a", "b"])
            second.join(Set(["b", "c"]))
            #expect(first.rooms == [first.id, "a", "b"] && second.rooms == [second.id, "b", "c"])
            try io.to([]).emit("nobody", 1)
            try io.to([] as Set<String>).except(["a"]).emit("nobody", 1)
            try first.to([]).emit("nobody", 1)
            try io.of("/").to().volatile.emit("nobody", 1)
            #expect(io.to([]).fetchSockets().isEmpty && io.to(["a"]).to([]).fetchSockets().count == 1)
            try io.to(["a", "c"]).except(["c"]).emit("a only", 1)
            try io.except("a").emit("c only", 1)
            try await running.turn()
            first.leave(["a", "b"])
            io.socketsJoin(["d", "e"])
            io.to("c").socketsLeave(["d"])
            #expect(first.rooms == [first.id, "d", "e"] && second.rooms == [second.id, "b", "c", "e"])
            try io.emit("all", 1)
            #expect(try await one.nextEvent().name == "a only")
            #expect(try await one.nextEvent().name == "all")
            #expect(try await two.nextEvent().name == "c only")
            #expect(try await two.nextEvent().name == "all")
            #expect(io.sockets.count == 2 && io.fetchSockets().count == 2)
            io.disconnectSockets()
            try await one.untilDisconnected()
            try await two.untilDisconnected()
        }
    }

    @Test func `many answers come as a list, and as several values`() async throws {
        try await RunningServer.with { running in
            let io = running.server
            let clients = [
                try await SocketIOTestClient.connect(port: running.port),
                try await SocketIOTestClient.connect(port: running.port),
            ]
            async let votes = io.all.emitWithAcks("vote", as: Int.self)
            for (index, client) in clients.enumerated() {
                try await client.acknowledge(try await client.next("vote"), "\(index)")
            }
            #expect(try await votes.sorted() == [0, 1])
            async let pairs = io.all.emitWithAck("pair", as: Int.self, String.self)
            try await clients[0].acknowledge(try await clients[0].next("pair"), "1", "\"x\"")
            try await clients[1].acknowledge(try await clients[1].next("pair"), "2")
            var (good, bad) = (0, 0)
            for answer in try await pairs.values {
                switch answer {
                case .success(let (number, text)):
                    #expect(number == 1 && text == "x")
                    good += 1
                case .failure(.unexpectedAnswer): bad += 1
                case .failure(let error): Issue.record(error)
                }
            }
            #expect(good == 1 && bad == 1)
            let failing = Task { try await io.all.emitWithAcks("late", as: Int.self, timeout: .milliseconds(300)) }
            try await clients[0].acknowledge(try await clients[0].next("late"), "\"no number\"")
            let error = await #expect(throws: BroadcastAckError.self) { try await failing.value }
            #expect(error?.failures.count == 2 && error?.replies.isEmpty == true)
            #expect(error.map { "\($0)" } == "2 of 2 clients have not answered as asked")
        }
    }

    @Test func `a parent reaches rooms of all its children, and new namespaces are told of`() async throws {
        let made = Mutex<[String]>([])
        try await RunningServer.with { running in
            let io = running.server
            io.onNewNamespace { namespace in made.withLock { $0.append(namespace.name) } }
            let parent = io.of(matching: "/game-*").onConnection { socket in
                if let room = socket.handshake.authValue["room"]?.string { socket.join(room) }
            }
            let one = try await SocketIOTestClient.connect(
                port: running.port, namespace: "/game-1", auth: #"{"room":"red"}"#)
            let two = try await SocketIOTestClient.connect(
                port: running.port, namespace: "/game-2", auth: #"{"room":"blue"}"#)
            try parent.to("red").emit("to red", 1)
            try parent.except(["red"]).emit("to others", 2)
            try parent.to([]).emit("nobody")
            try parent.emit("all", 3)
            #expect(try await one.nextEvent().text == #"2/game-1,["to red",1]"#)
            #expect(try await one.nextEvent().text == #"2/game-1,["all",3]"#)
            #expect(try await two.nextEvent().text == #"2/game-2,["to others",2]"#)
            #expect(try await two.nextEvent().text == #"2/game-2,["all",3]"#)
            #expect(parent.sockets.count == 2 && parent.to("red", "blue").fetchSockets().count == 2)
            parent.all.socketsJoin(["green"])
            #expect(parent.to("green").except("blue").fetchSockets().count == 1)
            _ = io.of("/named")
            try await running.turn()
            #expect(made.withLock { $0 } == ["/game-1", "/game-2", "/named"])
            parent.all.disconnectSockets()
            try await one.untilDisconnected()
            try await two.untilDisconnected()
        }
    }

    @Test func `values become JSON values and back`() throws {
        let value = try JSONValue(encoding: ["a": [1, 2]])
        #expect(value == ["a": [1, 2]])
        #expect(try value.decode(as: [String: [Int]].self) == ["a": [1, 2]])
        #expect(throws: ArgumentError.self) { try JSONValue(encoding: Data([1])) }
        #expect(throws: ArgumentError.self) { try JSONValue(encoding: Double.infinity) }
        #expect(throws: ArgumentError.self) { try (["a": "b"] as JSONValue).decode(as: [String: Int].self) }
        #expect(ConnectError(message: "no", data: Double.nan).json == nil)
        #expect(ConnectError(message: "no", data: ["a": Data([1])]).json == nil)
    }
}
