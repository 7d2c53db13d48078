import NIOHTTP1
import SocketIOServer

/// What the tests with other people's clients find beyond events and rooms: listening once and to all, lists of rooms,
/// namespaces by a pattern, checks that say why, the handshake, answers of several values.
enum HallNamespaces {
    struct Refusal: Encodable {
        let code: Int
        let open: [String]
    }

    static func setUp(_ server: SocketIOServer) {
        let halls = server.of(matching: "/hall-*")
        halls.use { socket in
            guard socket.namespace.name != "/hall-closed" else {
                throw ConnectError(message: "closed", data: Refusal(code: 423, open: ["/hall-1"]))
            }
        }
        halls.onConnection { socket in
            listen(socket)
            rooms(socket, halls)
            ask(socket)
        }
    }

    /// Headers that an application adds to the answers of a session, and a cookie with its id.
    static func dress(_ configuration: inout SocketIOServerConfiguration) {
        configuration.cookie = SessionCookie(name: "io")
        configuration.initialHeaders = { ["x-first": $0.query["who"] ?? "nobody"] }
        configuration.headers = { _ in
            ["x-each": "yes", "access-control-expose-headers": "x-first, x-each"]
        }
    }

    private static func listen(_ socket: Socket) {
        socket.once("once") { (text: String) in try socket.emit("heard once", text) }
        socket.prependAny { event in
            if event.name.hasPrefix("any ") { try socket.emit("heard any", event.content) }
        }
        socket.onUnknown { event in try event.ack?(encoding: "nobody listens to \(event.name)") }
        socket.onAnyOutgoing { event in
            if event.name == "heard once" { try? socket.emit("sent", event.name) }
        }
        socket.on("handshake") { () in socket.handshake }
        socket.on("reserved") { () in
            do throws(ArgumentError) {
                try socket.emit("disconnect")
                return "sent"
            } catch {
                return error.description
            }
        }
    }

    private static func rooms(_ socket: Socket, _ halls: ParentNamespace) {
        socket.on("join") { (rooms: [String]) in
            socket.join(rooms)
            return true
        }
        socket.on("leave") { (rooms: [String]) in
            socket.leave(rooms)
            return true
        }
        socket.on("tell") { (rooms: [String], except: [String], text: String) in
            try socket.namespace.to(rooms).except(except).emit("told", text)
            return true
        }
        socket.on("tell halls") { (rooms: [String], text: String) in
            try halls.to(rooms).emit("told", socket.namespace.name, text)
            return halls.children.map(\.name).sorted()
        }
    }

    private static func ask(_ socket: Socket) {
        socket.on("ask twice") { (number: Int) in
            let (word, answer) = try await socket.emitWithAck("question", number, as: String.self, Int.self)
            try socket.emit("answered", word, answer + 1)
        }
        socket.on("ask all") { () in
            let answers = try await socket.namespace.all.emitWithAcks("question", as: String.self)
            try socket.emit("all answered", answers)
        }
    }
}
