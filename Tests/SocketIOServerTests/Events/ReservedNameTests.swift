import SocketIO
import SocketIOServer
import TestSupport
import Testing

/// Names that a client takes for news of its connection are never sent as events, whatever way is taken.
@Suite(.timeLimit(.minutes(1)))
struct ReservedNameTests {
    /// The official server's list.
    static let names = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]

    /// One way to send an event of that name.
    struct Form: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let send: @Sendable (_ name: String, SocketIOServer, Socket) async throws -> Void

        init(
            _ description: String,
            _ send: @escaping @Sendable (_ name: String, SocketIOServer, Socket) async throws -> Void
        ) {
            testDescription = description
            self.send = send
        }

        /// The forms that everything has which events can be sent to.
        static func all(
            of what: String, _ emitter: @escaping @Sendable (SocketIOServer, Socket) -> any EventEmitter
        ) -> [Form] {
            [
                Form("\(what).emit") { try emitter($1, $2).emit($0) },
                Form("\(what).emit, arguments") { try emitter($1, $2).emit($0, 1, "x") },
                Form("\(what).emit, JSON") { try emitter($1, $2).emit($0, json: [[0x31]]) },
                Form("\(what).emit, content") { try emitter($1, $2).emit($0, EventArguments(json: [[0x31]])) },
                Form("\(what).emit, event") { emitter($1, $2).emit(try EncodedEvent(event: $0, arguments: [])) },
            ]
        }
    }

    static let forms: [Form] =
        Form.all(of: "io") { io, _ in io }
        + Form.all(of: "namespace") { io, _ in io.of("/") }
        + Form.all(of: "socket") { _, socket in socket }
        + Form.all(of: "socket.broadcast") { _, socket in socket.broadcast }
        + Form.all(of: "socket.volatile") { _, socket in socket.volatile }
        + Form.all(of: "socket.compress") { _, socket in socket.compress(false) }
        + Form.all(of: "io.to") { io, socket in io.to(socket.id) }
        + Form.all(of: "io.except") { io, _ in io.except("nobody") }
        + Form.all(of: "io.local.volatile.compress") { io, _ in io.local.volatile.compress(true) }
        + [
            Form("EncodedEvent, content") { name, _, socket in
                socket.emit(try EncodedEvent(name, EventArguments()))
            },
            Form("EncodedEvent, raw name") { name, _, socket in
                socket.emit(try EncodedEvent(rawName: Array("\"\(name)\"".utf8), EventArguments()))
            },
            Form("EncodedEvent, escaped raw name") { name, _, socket in
                let escaped = name.replacing("n", with: "\\u006e")
                socket.emit(try EncodedEvent(rawName: Array(" \"\(escaped)\"".utf8), EventArguments()))
            },
            Form("broadcast") { name, io, socket in
                io.of("/").broadcast(try EncodedEvent(event: name, arguments: []), to: [socket])
            },
            Form("socket.emitWithAck") { name, _, socket in _ = try await socket.emitWithAck(name, 1, as: Int.self) },
            Form("socket.emitWithAck, two answers") { name, _, socket in
                _ = try await socket.emitWithAck(name, as: Int.self, String.self, timeout: .seconds(1))
            },
            Form("socket.emitWithAck, completion") { name, _, socket in
                try socket.emitWithAck(name, EventArguments(), timeout: .seconds(1)) { _ in }
            },
            Form("io.emitWithAck") { name, io, _ in _ = try await io.emitWithAck(name, as: Int.self) },
            Form("io.emitWithAck, nobody there") { name, io, _ in
                _ = try await io.to([]).emitWithAck(name, as: Int.self)
            },
            Form("io.all.emitWithAck, two answers") { name, io, _ in
                _ = try await io.all.emitWithAck(name, as: Int.self, Int.self)
            },
            Form("io.all.emitWithAcks") { name, io, _ in _ = try await io.all.emitWithAcks(name, as: Int.self) },
            Form("parent.emit") { name, io, _ in try io.of(matching: "/room-*").emit(name) },
            Form("parent.emit, nobody there") { name, io, _ in try io.of(matching: "/hall-*").emit(name, 1) },
            Form("parent.to.volatile.emit") { name, io, _ in
                try io.of(matching: "/room-*").to("red").volatile.emit(name, 1)
            },
        ]

    @Test func `a reserved name is refused by every form of emit, and nothing is sent`() async throws {
        let (sockets, sink) = AsyncStream.makeStream(of: Socket.self)
        let setUp: (SocketIOServer) -> Void = { io in
            _ = io.of("/room-1")
            io.onConnection { sink.yield($0) }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            var iterator = sockets.makeAsyncIterator()
            let socket = try #require(await iterator.next())
            for form in Self.forms {
                for name in Self.names {
                    await #expect("\(form.testDescription) of \(name)") {
                        try await form.send(name, running.server, socket)
                    } throws: { error in
                        Self.reason(error) == "\"\(name)\" is reserved for the connection itself; choose another name"
                    }
                }
            }
            // Close to them, but free.
            for name in ["Connect", "connection", "connect ", "disconnected", "error", ""] { try socket.emit(name) }
            for name in ["Connect", "connection", "connect ", "disconnected", "error", ""] {
                #expect(try await client.nextEvent().name == name)
            }
        }
    }

    @Test func `the list is the official server's`() { #expect(SocketEvent.reservedNames == Set(Self.names)) }

    @Test func `what a raw handler or a handler of connections throws ends nothing`() async throws {
        let (errors, sink) = AsyncStream.makeStream(of: String.self)
        let setUp: (SocketIOServer) -> Void = { io in
            io.onConnection { try $0.emit("connect") }
            io.onConnection { socket in
                socket.onError { sink.yield("\($0.name): \($1)") }
                socket.onEvent("raw") { _ in try socket.emit("disconnect") }
                socket.onEvent("raw") { _ in try socket.emit("second") }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            let client = try await SocketIOTestClient.connect(port: running.port)
            try await client.emit("raw")
            #expect(try await client.nextEvent().name == "second")
            var iterator = errors.makeAsyncIterator()
            #expect(await iterator.next()?.hasPrefix("raw: event name: \"disconnect\" is reserved") == true)
        }
    }

    private static func reason(_ error: any Error) -> String? {
        switch error {
        case let error as ArgumentError: error.position == -1 ? error.reason : nil
        case AckError.notEncodable(let error): error.position == -1 ? error.reason : nil
        default: nil
        }
    }
}
