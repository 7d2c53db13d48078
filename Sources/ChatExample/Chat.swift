import SocketIOServer

/// A chat with names, rooms and receipts. Any official client speaks with it:
///
/// ```js
/// const socket = io("http://127.0.0.1:3000/chat", { auth: { name: "mara" } });
/// socket.on("chat message", ({ from, text }) => …);
/// socket.emit("join", "swift", (who) => …);
/// socket.emit("chat message", { room: "swift", text: "hi" }, (receipt) => …);
/// ```
struct Chat: Sendable {
    /// What a client sends as `auth`.
    struct Introduction: Decodable {
        var name: String
    }

    /// What is said in a room.
    struct Message: Codable, Sendable {
        var room: String
        var text: String
        var from: String?
    }

    /// Who is in a room, the one who asks included.
    struct Members: Codable, Sendable {
        var room: String
        var names: [String]
    }

    /// What the sender learns: who has been sent the message.
    struct Receipt: Codable, Sendable {
        var deliveredTo: Int
    }

    private enum Name: SocketDataKey { typealias Value = String }

    private struct NotInRoom: Error { let room: String }

    private let chat: Namespace

    init(_ io: SocketIOServer) {
        chat = io.of("/chat")
        chat.recovery = ConnectionStateRecovery()
        chat.use { socket in
            guard let who = try? socket.handshake.decodeAuth(as: Introduction.self), !who.name.isEmpty else {
                throw ConnectError(message: "who are you?", data: ["field": "name"])
            }
            socket.data[Name.self] = who.name
        }
        chat.onConnection { [self] socket in welcome(socket) }
    }

    private func welcome(_ socket: Socket) {
        let name = socket.data[Name.self] ?? "somebody"
        socket.on("join") { (room: String) in
            socket.join(room)
            try socket.to(room).emit("joined", name)
            return members(of: room)
        }
        socket.on("leave") { (room: String) in
            socket.leave(room)
            try chat.to(room).emit("left", name)
        }
        socket.on("chat message") { (message: Message) in
            guard socket.rooms.contains(message.room) else { throw NotInRoom(room: message.room) }
            var message = message
            message.from = name
            try socket.to(message.room).emit("chat message", message)
            return Receipt(deliveredTo: socket.to(message.room).fetchSockets().count)
        }
        socket.onError { event, error in
            try? event.ack?(encoding: ["error": "\(error)"])
        }
        socket.onDisconnecting { _ in
            for room in socket.rooms where room != socket.id { try? socket.to(room).emit("left", name) }
        }
    }

    private func members(of room: String) -> Members {
        Members(room: room, names: chat.to(room).fetchSockets().compactMap { $0.data[Name.self] }.sorted())
    }
}
