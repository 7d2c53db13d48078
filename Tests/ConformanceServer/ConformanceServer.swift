import ArgumentParser
import Glibc
import Logging
import NIOCore
import NIOPosix
import SocketIOServer

/// Serves on loopback, until it is ended, what suites and clients from elsewhere expect of a server.
@main
struct ConformanceServer: AsyncParsableCommand {
    enum Layer: String, ExpressibleByArgument, CaseIterable { case websocket, engine, socket, clients }

    static let configuration = CommandConfiguration(
        abstract: "Serves what the official protocol suites, the Autobahn test suite or our tests with clients expect.")

    @Argument(
        help: """
            websocket: every message is echoed under /echo/?EIO=4&transport=websocket; engine: the same for Engine.IO \
            under /engine.io/; socket: the namespaces / and /custom; clients: /, /guarded and /hall-*.
            """)
    var layer: Layer

    @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
    var port = 3000

    @Option(help: "The origin whose pages may connect; all may if none is given.")
    var origin: String?

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("port \(port); allowed: 0 to 65535") }
    }

    func run() async throws {
        let server = SocketIOServer(
            serverConfiguration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "conformance"),
            onListening: { address in
                print("listening on 127.0.0.1:\(address.port ?? 0)")
                // A pipe would keep the line until it has some thousand bytes.
                fflush(nil)
            })
        switch layer {
        case .websocket, .engine: break
        case .socket: SuiteNamespaces.setUp(server)
        case .clients:
            ClientNamespaces.setUp(server)
            HallNamespaces.setUp(server)
        }
        try await server.run()
    }

    private var serverConfiguration: SocketIOServerConfiguration {
        var configuration = SocketIOServerConfiguration()
        configuration.port = port
        configuration.origins = origin.map { .sameOrigin(also: [$0]) } ?? .any
        configuration.messageCompression = MessageCompression(.all)
        switch layer {
        case .websocket:
            configuration.path = "/echo/"
            // The Autobahn test suite sends up to 16 MiB at once.
            configuration.maxPayload = 32 << 20
            configuration.answerWebSocket = { $0 }
            configuration.messageCompression.threshold = 0
        case .engine:
            configuration.path = "/engine.io/"
            configuration.connectTimeout = .seconds(86_400)
            configuration.answerMessage = { $0 }
            Self.hurry(&configuration)
        case .socket:
            configuration.connectTimeout = .seconds(1)
            Self.hurry(&configuration)
        case .clients:
            // Some pings fall into each test.
            configuration.pingInterval = .milliseconds(500)
            HallNamespaces.dress(&configuration)
        }
        return configuration
    }

    /// The times that both official suites count on.
    private static func hurry(_ configuration: inout SocketIOServerConfiguration) {
        configuration.pingInterval = .milliseconds(300)
        configuration.pingTimeout = .milliseconds(200)
    }
}
