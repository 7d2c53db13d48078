import SocketIOServer

/// What the official Socket.IO suite expects to find.
enum SuiteNamespaces {
    static func setUp(_ server: SocketIOServer) {
        server.of("/").onConnection { socket in
            try tellAuth(socket)
            socket.onEvent("message") { event in try socket.emit("message-back", event.content) }
            socket.onEvent("message-with-ack") { event in event.ack?(event.content) }
        }
        server.of("/custom").onConnection(tellAuth)
    }

    private static let tellAuth: @Sendable (Socket) throws -> Void = { socket in
        try socket.emit("auth", json: [socket.handshake.auth ?? Array("{}".utf8)])
    }
}
