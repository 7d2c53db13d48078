public import ServiceLifecycle
public import SocketIOServer

/// A Socket.IO server as a service of an application. A graceful shutdown closes its sessions and ends it.
///
/// ```swift
/// try await ServiceGroup(services: [io.service], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
public struct SocketIOService: Service {
    /// The server that runs.
    public let io: SocketIOServer

    /// Runs a server that listens by itself.
    public init(_ io: SocketIOServer) { self.io = io }

    /// Runs the server until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Throws: `ListenError`.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await io.run()
        } onGracefulShutdown: {
            io.shutDown()
        }
    }
}

extension SocketIOServer {
    /// The server as a service of a `ServiceGroup`.
    public var service: SocketIOService { SocketIOService(self) }
}
