import JSONBytes
import NIOCore
import SocketIOServer
import TestSupport
import Testing

@testable import ChatExample

@Suite(.timeLimit(.minutes(1)))
struct ChatTests {
    @Test func `those in a room hear who comes, what is said and who goes`() async throws {
        try await Self.chat { port in
            let mara = try await Self.connect("mara", port)
            let noor = try await Self.connect("noor", port)
            let outside = try await Self.connect("outside", port)
            #expect(try await mara.emitWithAck("join", "\"swift\"") == [Self.members("mara")])
            #expect(try await noor.emitWithAck("join", "\"swift\"") == [Self.members("mara", "noor")])
            #expect(try await mara.next("joined").arguments.first == .string("noor"))
            let receipt = try await mara.emitWithAck("chat message", #"{"room":"swift","text":"hi"}"#)
            #expect(receipt == [.object(["deliveredTo": .number(1)])])
            let heard = try await noor.next("chat message").arguments.first
            #expect(heard == .object(["room": .string("swift"), "text": .string("hi"), "from": .string("mara")]))
            try await mara.disconnect()
            #expect(try await noor.next("left").arguments.first == .string("mara"))
            let refused = try await outside.emitWithAck("chat message", #"{"room":"swift","text":"hi"}"#)
            #expect(refused == [.object(["error": .string(#"NotInRoom(room: "swift")"#)])])
        }
    }

    @Test func `nobody without a name comes in`() async throws {
        try await Self.chat { port in
            await #expect(
                throws: SocketIOTestClient.ConnectRefused(
                    payload: #"{"message":"who are you?","data":{"field":"name"}}"#)
            ) {
                try await SocketIOTestClient.connect(port: port, namespace: "/chat", auth: #"{"name":3}"#)
            }
        }
    }

    private static func connect(_ name: String, _ port: Int) async throws -> SocketIOTestClient {
        try await SocketIOTestClient.connect(port: port, namespace: "/chat", auth: #"{"name":"\#(name)"}"#)
    }

    private static func members(_ names: String...) -> JSONValue {
        .object(["room": .string("swift"), "names": .array(names.map(JSONValue.string))])
    }

    private static func chat(_ body: (_ port: Int) async throws -> Void) async throws {
        let (ports, sink) = AsyncStream.makeStream(of: Int.self)
        var configuration = SocketIOServerConfiguration()
        configuration.port = 0
        let io = SocketIOServer(configuration, onListening: { sink.yield($0.port ?? 0) })
        _ = Chat(io)
        let running = Task { try await io.run() }
        defer { running.cancel() }
        for await port in ports {
            try await body(port)
            break
        }
        running.cancel()
        try await running.value
    }
}
