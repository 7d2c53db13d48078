public import Logging
public import NIOCore
public import ServiceLifecycle

/// A Socket.IO v5 server with an HTTP service on the same port.
///
/// Everything runs on one event loop: handlers are called there, synchronously, and must not block. Namespaces can be
/// set up from anywhere before ``run()``.
///
/// ```swift
/// let server = SocketIOServer(configuration: .init(), eventLoop: loop, logger: logger)
/// server.of("/").onConnection { socket in
///     socket.on("echo") { (text: String) in text }
/// }
/// try await server.run()
/// ```
public final class SocketIOServer: Sendable, Service {
    /// The loop on which every handler is called.
    public let eventLoop: any EventLoop

    private let configuration: SocketIOServerConfiguration
    private let http: HTTPService
    private let logger: Logger
    private let onListening: @Sendable (SocketAddress) -> Void
    private let namespaces: NamespaceRegistry
    private let core: NIOLoopBoundBox<ServerCore?>

    /// Makes a server that does nothing until ``run()``.
    ///
    /// - Parameters:
    ///   - http: Answers what lies outside the Socket.IO path, and the client script `socket.io*.js` inside it.
    ///   - onListening: Called once, with the address that was bound.
    public init(
        configuration: SocketIOServerConfiguration = SocketIOServerConfiguration(),
        eventLoop: any EventLoop,
        logger: Logger,
        http: HTTPService = .notFound,
        onListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.http = http
        self.onListening = onListening
        namespaces = NamespaceRegistry(
            eventLoop: eventLoop, overflow: configuration.overflow, recovery: configuration.connectionStateRecovery)
        core = .makeEmptyBox(valueType: ServerCore.self, eventLoop: eventLoop)
    }

    /// The namespace of that name, made on first use; clients can join it from then on.
    public func of(_ name: String) -> Namespace { namespaces.of(name) }

    /// The namespaces whose names fit a pattern in which each `*` stands for any characters, none included: `/room-*`.
    @discardableResult
    public func of(matching pattern: String) -> ParentNamespace {
        let pattern = NamePattern(pattern)
        return namespaces.of(where: { name, _ in pattern.matches(name) })
    }

    /// The namespaces for which the closure says yes, asked on the event loop each time a client wants to join one
    /// that is not there.
    @discardableResult
    public func of(where matches: @escaping ParentNamespace.Predicate) -> ParentNamespace {
        namespaces.of(where: matches)
    }

    /// Listens and serves until the task is cancelled or a graceful shutdown begins, then closes every session and
    /// connection; returns within `shutdownTimeout` of that.
    ///
    /// - Throws: ``ListenError``.
    public func run() async throws {
        let (connections, hand) = AsyncStream.makeStream(of: HTTPConnection.self)
        let listener = try await listen(handOver: { hand.yield($0) }, ended: { hand.finish() })
        let service = HTTPConnectionRunner(http: http, logger: logger)
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await withDiscardingTaskGroup { group in
                    if let address = listener.localAddress { onListening(address) }
                    // Ends when the last connection has closed. Cancellation must not end it earlier: `next()` of a
                    // stream returns nil at once when cancelled, so the wait is on the core's signal as well.
                    for await connection in connections { group.addTask { await service.run(connection) } }
                    await ended()
                    // A request whose connection was cut may still be at work.
                    group.cancelAll()
                }
            } onGracefulShutdown: {
                self.shutDown()
            }
        } onCancel: {
            self.shutDown()
        }
    }

    /// What has been counted so far; all zero before ``run()``.
    public func statistics() async -> ServerStatistics {
        let core = core
        let result = try? await eventLoop.submit { core.value?.statistics }.get()
        return result.flatMap { $0 } ?? ServerStatistics()
    }

    private func listen(
        handOver: @escaping @Sendable (HTTPConnection) -> Void, ended: @escaping @Sendable () -> Void
    ) async throws -> any Channel {
        let (box, configuration, namespaces, logger, loop) = (core, configuration, namespaces, logger, eventLoop)
        do {
            return try await loop.flatSubmit {
                let core = ServerCore(
                    configuration: configuration, eventLoop: loop, namespaces: namespaces, logger: logger,
                    handOver: handOver, ended: ended)
                box.value = core
                return Listener.bind(core: core)
            }.get()
        } catch {
            shutDown()
            throw ListenError(error, host: configuration.host, port: configuration.port)
        }
    }

    private func shutDown() {
        let core = core
        eventLoop.execute { core.value?.shutDown() }
    }

    private func ended() async {
        let core = core
        _ = try? await eventLoop.flatSubmit { [eventLoop] in
            core.value?.allClosed ?? eventLoop.makeSucceededVoidFuture()
        }.get()
    }
}
