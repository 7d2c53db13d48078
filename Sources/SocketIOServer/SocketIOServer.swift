public import Logging
public import NIOCore
public import NIOPosix

/// A Socket.IO v5 server with an HTTP service on the same port.
///
/// Everything runs on one event loop. Handlers are called there unless their documentation says otherwise, and must not
/// block. Namespaces can be set up from anywhere, ideally before ``run()``.
///
/// ```swift
/// let io = SocketIOServer(configuration)
/// io.of("/chat").onConnection { socket in
///     socket.on("chat message") { (text: String) in
///         try io.of("/chat").emit("chat message", text)
///     }
/// }
/// try await io.run()
/// ```
public final class SocketIOServer: Sendable, Broadcaster {
    /// The loop on which every handler is called.
    public let eventLoop: any EventLoop

    let http: HTTPService
    private let context: ServerContext
    private let onListening: @Sendable (SocketAddress) -> Void
    let namespaces: NamespaceRegistry
    private let core: NIOLoopBoundBox<ServerCore?>

    /// Makes a server that does nothing until ``run()``, or until it is given connections.
    ///
    /// - Parameters:
    ///   - eventLoop: where everything happens; by default a loop of the process.
    ///   - http: answers requests outside the Socket.IO path. It also answers requests for the client script
    ///     `socket.io*.js` if ``SocketIOServerConfiguration/clientFiles`` has none.
    ///   - onListening: called once by ``run()``, with the address that was bound.
    public init(
        _ configuration: SocketIOServerConfiguration = SocketIOServerConfiguration(),
        eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next(),
        logger: Logger = Logger(label: "socket.io"),
        http: HTTPService = .notFound,
        onListening: @escaping @Sendable (SocketAddress) -> Void = { _ in }
    ) {
        self.eventLoop = eventLoop
        self.http = http
        self.onListening = onListening
        context = ServerContext(configuration, eventLoop: eventLoop, logger: logger)
        namespaces = NamespaceRegistry(context)
        core = .makeEmptyBox(valueType: ServerCore.self, eventLoop: eventLoop)
    }

    /// Listens and serves until the task is cancelled or ``shutDown()`` is called, then closes every session and
    /// connection; returns within `shutdownTimeout` of that.
    ///
    /// - Throws: ``ListenError``.
    public func run() async throws {
        let (works, hand) = AsyncStream.makeStream(of: HTTPService.Work.self)
        let listener = try await listen(handOver: { hand.yield($0) }, ended: { hand.finish() })
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                if let address = listener.localAddress { onListening(address) }
                // Ends when the last connection has closed, and not before, even if the task is cancelled. A cancelled
                // stream's `next()` returns nil at once, so this also waits for the core's signal.
                for await work in works { group.addTask { await work() } }
                await ended()
                // A request may still be running after its connection was cut.
                group.cancelAll()
            }
        } onCancel: {
            self.shutDown()
        }
    }

    /// What the server has counted so far. All zero before ``run()``.
    public func statistics() async -> ServerStatistics {
        let result = try? await eventLoop.submit { self.core.value?.countedStatistics }.get()
        return result.flatMap { $0 } ?? ServerStatistics()
    }

    private func listen(
        handOver: @escaping @Sendable (@escaping HTTPService.Work) -> Void, ended: @escaping @Sendable () -> Void
    ) async throws -> any Channel {
        do {
            return try await eventLoop.flatSubmit {
                let core = self.makeCore(ended: ended)
                return Listener.bind(core: core, http: self.http, handOver: handOver)
            }.get()
        } catch {
            shutDown()
            throw ListenError(error, host: context.configuration.host, port: context.configuration.port)
        }
    }

    /// Closes every session and connection, and refuses new ones. Callable from anywhere, more than once.
    public func shutDown() { eventLoop.execute { self.core.value?.shutDown() } }

    /// Other limits for all that comes after it has returned. Connections and sessions beyond them stay.
    package func limit(connections: Int, perAddress: Int) async {
        try? await eventLoop.submit {
            self.core.value?.counter.limit(to: connections, perAddress: perAddress)
            self.core.value?.sessionCounter.limit(to: connections, perAddress: perAddress)
        }.get()
    }

    /// The core that serves connections that others have accepted. Only on the event loop.
    func attachedCore() -> ServerCore { core.value ?? makeCore() }

    /// Only on the event loop.
    var currentCore: ServerCore? { core.value }

    private func makeCore(ended: @escaping @Sendable () -> Void = {}) -> ServerCore {
        let made = ServerCore(context, namespaces, ended: ended)
        core.value = made
        return made
    }

    private func ended() async {
        _ = try? await eventLoop.flatSubmit {
            self.core.value?.allClosed ?? self.eventLoop.makeSucceededVoidFuture()
        }.get()
    }
}
