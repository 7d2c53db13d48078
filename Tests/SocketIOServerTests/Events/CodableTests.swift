import FoundationEssentials
import JSONBytes
import NIOCore
import SocketIO
import SocketIOServer
import TestSupport
import Testing

/// Handlers with `Codable` arguments, and events that wait for answers.
@Suite(.timeLimit(.minutes(1)))
struct CodableTests {
    private struct Message: Codable, Equatable {
        var text: String
        var at: Int?
    }

    private struct Picture: Codable, Equatable {
        var name: String
        var bytes: Data
    }

    @Test func `arguments are decoded, and what a handler returns answers the client`() async throws {
        try await Self.server {
            $0.on("join") { (name: String, messages: [Message]) in
                "\(name) \(messages.map(\.text)) \(messages[0].at ?? 0)"
            }
            $0.on("nothing") { () in true }
            $0.on("optional") { (first: Int?, second: Int?) in [first, second] }
        } _: { running, _ in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let answer = try await client.emitWithAck("join", "\"mara\"", #"[{"text":"hi \u00e9","at":3}]"#, "true")
            #expect(answer == [.string(#"mara ["hi é"] 3"#)])
            #expect(try await client.emitWithAck("nothing", "1") == [.bool(true)])
            #expect(try await client.emitWithAck("optional", "1") == [.array([.number(1), .null])])
        }
    }

    @Test(arguments: [
        (#""x""#, "argument 0"), ("null", "argument 0"), ("{}", "argument 0: text: is missing"),
        (#"{"text":3}"#, "argument 0: text: "),
    ])
    func `arguments that do not fit are told to the error handler, and the next event is taken`(
        _ argument: String, _ said: String
    ) async throws {
        let (lines, sink) = AsyncStream.makeStream(of: String.self)
        try await Self.server {
            $0.on("message") { (message: Message) in sink.yield(message.text) }
            $0.onError { sink.yield("\($0.name): \($1)") }
        } _: { running, _ in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("message", argument)
            try await client.emit("message", #"{"text":"right"}"#)
            var iterator = lines.makeAsyncIterator()
            let error = try #require(await iterator.next())
            #expect(error.hasPrefix("message: \(said)"), "\(error)")
            #expect(await iterator.next() == "right")
        }
    }

    @Test func `data travels as attachments, both ways`() async throws {
        try await Self.server {
            $0.on("picture") { (picture: Picture) in
                Picture(name: picture.name.uppercased(), bytes: Data(picture.bytes.reversed()))
            }
            $0.onError { event, error in Issue.record("\(event.name): \(error)") }
        } _: { running, _ in
            let socket = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            _ = await socket.next()
            try await socket.send(text: "40")
            _ = await socket.next()
            try await socket.send(text: #"451-5["picture",{"name":"a","bytes":{"_placeholder":true,"num":0}}]"#)
            try await socket.send(binary: [1, 2, 3])
            guard case .text(let answer) = await socket.next() else {
                Issue.record("no answer")
                return
            }
            #expect(answer.hasPrefix("461-5["))
            let value = try JSONValue(parsing: Array(answer.utf8.dropFirst(5)))
            #expect(value.array?.first?["name"] == .string("A"))
            #expect(value.array?.first?["bytes"]?["num"] == .number(0))
            #expect(await socket.next() == .binary([3, 2, 1]))
        }
    }

    @Test func `handlers that wait run one after another in the order of the events`() async throws {
        let (order, sink) = AsyncStream.makeStream(of: Int.self)
        try await Self.server {
            $0.on("n") { (number: Int) async in
                for _ in 0..<(50 - number) { await Task.yield() }
                sink.yield(number)
            }
        } _: { running, _ in
            let client = try await SocketIOTestClient.connect(port: running.port)
            for number in 0..<50 { try await client.emit("n", "\(number)") }
            var seen: [Int] = []
            for await number in order {
                seen.append(number)
                if seen.count == 50 { break }
            }
            #expect(seen == Array(0..<50))
        }
    }

    @Test func `a handler is cancelled when its client leaves`() async throws {
        let (steps, sink) = AsyncStream.makeStream(of: String.self)
        try await Self.server {
            $0.on("wait") { () async throws in
                sink.yield("begun")
                defer { sink.yield(Task.isCancelled ? "cancelled" : "ended") }
                await Self.untilCancelled()
            }
        } _: { running, _ in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("wait")
            var iterator = steps.makeAsyncIterator()
            #expect(await iterator.next() == "begun")
            try await client.disconnect()
            #expect(await iterator.next() == "cancelled")
        }
    }

    // MARK: Answers of clients

    @Test func `the server asks and decodes the answer`() async throws {
        try await Self.server { _ in
        } _: { running, sockets in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let socket = try await sockets.next()
            async let answer = socket.emitWithAck("agreed?", Message(text: "x"), as: [String: Int].self)
            let question = try await client.next("agreed?")
            #expect(question.arguments == [.object(["text": .string("x")])])
            try await client.acknowledge(question, #"{"yes":1}"#)
            #expect(try await answer == ["yes": 1])
        }
    }

    @Test func `an answer of another kind, none in time, a client that leaves and a cancelled task are told apart`()
        async throws
    {
        try await Self.server { _ in
        } _: { running, sockets in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let socket = try await sockets.next()
            let wrong = Task { () async throws(AckError) in try await socket.emitWithAck("q", as: Int.self) }
            try await client.acknowledge(try await client.next("q"), "\"one\"")
            guard case .failure(let error as AckError) = await wrong.result, case .unexpectedAnswer(let what) = error
            else {
                Issue.record("it was taken")
                return
            }
            #expect(what.position == 0)
            await #expect(throws: AckError.timedOut) {
                try await socket.emitWithAck("q", as: Int.self, timeout: .milliseconds(20))
            }
            let cancelled = Task { () async throws(AckError) in try await socket.emitWithAck("late", as: Int.self) }
            _ = try await client.next("late")
            cancelled.cancel()
            await #expect(throws: AckError.cancelled) { try await cancelled.value }
            let left = Task { () async throws(AckError) in try await socket.emitWithAck("left", as: Int.self) }
            _ = try await client.next("left")
            try await client.disconnect()
            await #expect(throws: AckError.disconnected) { try await left.value }
            await #expect(throws: AckError.disconnected) { try await socket.emitWithAck("gone", as: Int.self) }
        }
    }

    @Test func `a room is asked, and each answer or its absence is known`() async throws {
        try await Self.server { _ in
        } _: { running, sockets in
            var clients: [SocketIOTestClient] = []
            var ids: [String] = []
            for _ in 0..<3 {
                clients.append(try await SocketIOTestClient.connect(port: running.port))
                let socket = try await sockets.next()
                ids.append(socket.id)
                if ids.count < 3 { socket.join("red") }
            }
            async let answers = running.server.of("/").to("red").emitWithAck(
                "q", as: Int.self, timeout: .seconds(3))
            try await clients[0].acknowledge(try await clients[0].next("q"), "5")
            _ = try await clients[1].next("q")
            #expect(try await answers == [ids[0]: .success(5), ids[1]: .failure(.timedOut)])
        }
    }

    @Test func `a value without a JSON form is refused before anything is sent`() async throws {
        try await Self.server { _ in
        } _: { running, sockets in
            let client = try await SocketIOTestClient.connect(port: running.port)
            let socket = try await sockets.next()
            #expect(throws: ArgumentError.self) { try socket.emit("bad", 1, [Double.nan]) }
            do throws(ArgumentError) {
                try socket.emit("bad", 1, [Double.nan])
            } catch {
                #expect(error.description.hasPrefix("argument 1: [0]: "), "\(error)")
            }
            await #expect(throws: AckError.self) { try await socket.emitWithAck("bad", Double.nan, as: Int.self) }
            try socket.emit("good")
            #expect(try await client.nextEvent().name == "good")
        }
    }

    private static func untilCancelled() async {
        for await _ in AsyncStream.makeStream(of: Never.self).stream {}
    }

    private static func server(
        _ configuration: SocketIOServerConfiguration = .make(), _ setUp: @escaping @Sendable (Socket) -> Void,
        _ body: @Sendable (RunningServer, JoinedSockets) async throws -> Void
    ) async throws {
        let joined = JoinedSockets()
        try await RunningServer.with(configuration) { running in
            running.server.of("/").onConnection { socket in
                setUp(socket)
                joined.add(socket)
            }
            try await body(running, joined)
        }
    }
}
