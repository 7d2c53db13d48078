import Hummingbird
import Logging
import NIOCore
import NIOPosix
import SocketIOServer

/// A server of this process on a free port of loopback, for the time of one test.
struct RunningServer: Sendable {
    let server: SocketIOServer
    let port: Int

    static func with<Result: Sendable>(
        _ configuration: SocketIOServerConfiguration = .make(), http: HTTPService = .notFound,
        logger: Logger = .quiet,
        setUp: (SocketIOServer) -> Void = { _ in }, _ body: (RunningServer) async throws -> Result
    ) async throws -> Result {
        let (ports, sink) = AsyncStream.makeStream(of: Int.self)
        let server = SocketIOServer(
            configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: logger, http: http,
            onListening: { sink.yield($0.port ?? 0) })
        setUp(server)
        let running = Task {
            defer { sink.finish() }
            try await server.run()
        }
        defer { running.cancel() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await running.value
            throw CancellationError()
        }
        let result = try await body(RunningServer(server: server, port: port))
        running.cancel()
        try await running.value
        return result
    }

    /// The target of a handshake that is in order.
    static let target = "/socket.io/?EIO=4&transport=websocket"
}

extension SocketIOServerConfiguration {
    /// A free port on loopback, and what the test changes.
    static func make(_ change: (inout SocketIOServerConfiguration) -> Void = { _ in }) -> SocketIOServerConfiguration {
        var configuration = SocketIOServerConfiguration()
        configuration.port = 0
        change(&configuration)
        return configuration
    }
}
