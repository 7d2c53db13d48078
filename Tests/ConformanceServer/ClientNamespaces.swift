import JSONBytes
import SocketIOServer

/// What the tests with other people's clients speak to: each event does one thing that a client has to understand.
enum ClientNamespaces {
    static func setUp(_ server: SocketIOServer) {
        server.of("/").onConnection { socket in
            setUpEvents(socket)
            setUpRooms(socket)
        }
        server.of("/guarded")
            .use { (socket: Socket) throws(ConnectError) in
                guard socket.handshake.authValue["token"]?.string == "swordfish" else {
                    throw ConnectError(
                        message: "not authorised", data: ["code": 401, "needs": ["token"]] as JSONValue)
                }
            }
            .onConnection { socket in
                socket.onEvent("echo") { event in try socket.emit("echo", event.content) }
            }
    }

    private static func setUpEvents(_ socket: Socket) {
        socket.onEvent("echo") { event in try socket.emit("echo", event.content) }
        socket.onEvent("ack") { event in event.ack?(event.content) }
        // The client's answer to the server's question goes back as an event.
        socket.onEvent("ask") { event in
            try socket.emitWithAck("question", event.content, timeout: .seconds(10)) { result in
                switch result {
                case .success(let answer): try? socket.emit("answered", answer)
                case .failure(let error): try? socket.emit("unanswered", json: [Array("\"\(error)\"".utf8)])
                }
            }
        }
        socket.onEvent("burst") { event in
            guard let count = try? event.content.decode(as: Int.self), (0...1000).contains(count) else { return }
            for number in 0..<count { try socket.namespace.all.emit("number", json: [Array("\(number)".utf8)]) }
        }
        // The client's own connection ends under it, as when a proxy gives up.
        socket.onEvent("leave-me") { _ in socket.disconnect(close: true) }
    }

    private static func setUpRooms(_ socket: Socket) {
        socket.onEvent("join") { event in
            guard let room = try? event.content.decode(as: String.self) else { return }
            socket.join(room)
            event.ack?(json: [])
        }
        socket.onEvent("leave") { event in
            guard let room = try? event.content.decode(as: String.self) else { return }
            socket.leave(room)
            event.ack?(json: [])
        }
        socket.onEvent("say") { event in
            guard let (room, text) = try? event.content.decode(as: String.self, String.self) else { return }
            try? socket.namespace.to(room).emit("said", room, text)
            event.ack?(json: [])
        }
        socket.onEvent("whisper") { event in
            guard let (room, text) = try? event.content.decode(as: String.self, String.self) else { return }
            try? socket.to(room).emit("said", room, text)
            event.ack?(json: [])
        }
    }
}
