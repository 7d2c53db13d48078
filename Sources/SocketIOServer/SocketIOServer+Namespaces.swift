/// The namespaces of a server. Callable from anywhere.
///
/// Calls on the server itself go to its namespace `/`: `io.use`, `io.onConnection`, `io.emit`, `io.to(…)`.
extension SocketIOServer {
    /// The namespace of that name, made on first use. If the name has no slash at the front, one is added. Clients can
    /// join the namespace from then on, unless it fits a pattern or closures are registered: see ``ParentNamespace``.
    public func of(_ name: String) -> Namespace { namespaces.of(name) }

    /// The namespaces whose names fit a pattern, such as `/room-*`. Each `*` stands for any number of characters, or
    /// none.
    ///
    /// Names are compared byte by byte: `/Room-1`, `//room-1` and `/room%2D1` are other names. Clients cannot make a
    /// namespace with a name of more than 1024 bytes.
    @discardableResult
    public func of(matching pattern: String) -> ParentNamespace { namespaces.add(.pattern(NamePattern(pattern))) }

    /// The namespaces for which the closure says yes. It is called on the event loop for each client that wants to
    /// join.
    ///
    /// A namespace that the application has set up by name (``of(_:)`` with middleware or handlers) is also open to
    /// clients for which every closure says no. They pass only its own middleware.
    @discardableResult
    public func of(where matches: @escaping ParentNamespace.Predicate) -> ParentNamespace {
        namespaces.add(.immediate(matches))
    }

    /// The same for a decision that has to wait. After `connectTimeout` the client is refused. The waiting task is
    /// cancelled when the client leaves.
    @discardableResult
    public func of(where matches: @escaping ParentNamespace.AsyncPredicate) -> ParentNamespace {
        namespaces.add(.awaited(matches))
    }

    /// Calls the handler on the event loop for each namespace that is made from now on, by ``of(_:)`` or for a client,
    /// before any client enters it. It is the official server's `new_namespace`.
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

    /// As ``Namespace/use(_:)-(Middleware)``, for `/`. Other namespaces have their own checks.
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
