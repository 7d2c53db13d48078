/// The namespaces of a server. Callable from anywhere.
///
/// What is said to the server itself, it says to its namespace `/`: `io.use`, `io.onConnection`, `io.emit`, `io.to(…)`.
extension SocketIOServer {
    /// The namespace of that name, made on first use; a slash is put before the name where none stands there. Clients
    /// can join it from then on, unless it fits a pattern or closures are registered: see ``ParentNamespace``.
    public func of(_ name: String) -> Namespace { namespaces.of(name) }

    /// The namespaces whose names fit a pattern in which each `*` stands for any characters, none included: `/room-*`.
    ///
    /// Names are compared byte by byte: `/Room-1`, `//room-1` and `/room%2D1` are other names. Clients can make no name
    /// of more than 1024 bytes.
    @discardableResult
    public func of(matching pattern: String) -> ParentNamespace { namespaces.add(.pattern(NamePattern(pattern))) }

    /// The namespaces for which the closure says yes, asked on the event loop for each client that wants to join.
    ///
    /// What the application has set up by name (``of(_:)`` with middleware or handlers) is also open to clients for
    /// which every closure says no: they pass its own middleware alone.
    @discardableResult
    public func of(where matches: @escaping ParentNamespace.Predicate) -> ParentNamespace {
        namespaces.add(.immediate(matches))
    }

    /// The same where the decision has to be waited for: at most `connectTimeout`, then the client is refused. The task
    /// that waits is cancelled when the client goes.
    @discardableResult
    public func of(where matches: @escaping ParentNamespace.AsyncPredicate) -> ParentNamespace {
        namespaces.add(.awaited(matches))
    }

    /// Calls the handler for each namespace that is made from now on, by ``of(_:)`` or for a client, before any client
    /// enters it; the official server's `new_namespace`. On the event loop.
    @discardableResult
    public func onNewNamespace(_ handler: @escaping @Sendable (Namespace) -> Void) -> SocketIOServer {
        namespaces.onNew(handler)
        return self
    }

    // MARK: The namespace "/"

    /// The namespace `/`.
    public var namespace: Namespace { of("/") }

    /// All sockets of `/`.
    public var all: BroadcastOperator { namespace.all }

    /// The sockets that are in `/` now.
    public var sockets: [Socket] { namespace.sockets }

    /// As ``Namespace/use(_:)-(Middleware)``, for `/`: other namespaces have checks of their own.
    @discardableResult
    public func use(_ middleware: @escaping Namespace.Middleware) -> SocketIOServer {
        namespace.use(middleware)
        return self
    }

    /// As ``Namespace/use(_:)-(AsyncMiddleware)``, for `/`.
    @discardableResult
    public func use(_ middleware: @escaping Namespace.AsyncMiddleware) -> SocketIOServer {
        namespace.use(middleware)
        return self
    }

    /// As ``Namespace/onConnection(_:)``, for `/`.
    @discardableResult
    public func onConnection(_ handler: @escaping @Sendable (Socket) throws -> Void) -> SocketIOServer {
        namespace.onConnection(handler)
        return self
    }
}
