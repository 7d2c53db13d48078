import ArgumentParser
import Logging
import NIOPosix
import RealtimeServer

/// Serves what the official protocol suites expect of a server, on loopback, until it is ended.
@main
struct ConformanceServer: AsyncParsableCommand {
    enum Layer: String, ExpressibleByArgument, CaseIterable { case engine, socket }

    static let configuration = CommandConfiguration(
        abstract: "Serves what the official Engine.IO or Socket.IO protocol suite expects.")

    @Argument(help: "engine: every message is echoed under /engine.io/; socket: the namespaces / and /custom.")
    var layer: Layer

    @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
    var port = 3000

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("port \(port); allowed: 0 to 65535") }
    }

    func run() async throws {
        let server = SocketIOServer(
            serverConfiguration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "conformance"), onListening: { print("listening on \($0)") })
        if layer == .socket { setUp(server) }
        try await server.run()
    }

    private var serverConfiguration: SocketIOServerConfiguration {
        var configuration = SocketIOServerConfiguration()
        configuration.port = port
        configuration.pingInterval = .milliseconds(300)
        configuration.pingTimeout = .milliseconds(200)
        configuration.origins = .any
        switch layer {
        case .engine:
            configuration.path = "/engine.io/"
            configuration.connectTimeout = .seconds(86_400)
            configuration.answerMessage = { $0 }
        case .socket:
            configuration.connectTimeout = .seconds(1)
        }
        return configuration
    }

    private func setUp(_ server: SocketIOServer) {
        server.of("/").onConnection { socket in
            socket.emit("auth", json: [socket.handshake.auth ?? Array("{}".utf8)])
            socket.onEvent("message") { event in
                socket.emit(
                    EncodedEvent(event: "message-back", arguments: event.arguments, attachments: event.attachments))
            }
            socket.onEvent("message-with-ack") { event in
                event.ack?(event.content)
            }
        }
        server.of("/custom").onConnection { socket in
            socket.emit("auth", json: [socket.handshake.auth ?? Array("{}".utf8)])
        }
    }
}
