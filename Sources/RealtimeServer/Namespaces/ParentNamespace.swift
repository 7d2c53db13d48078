/// The set-up of all namespaces whose names fit: each is made when its first client asks for it, and goes with its
/// last one.
///
/// ```swift
/// io.of(matching: "/room-*").onConnection { socket in … socket.namespace.name … }
/// ```
public final class ParentNamespace: Sendable {
    /// Whether a namespace is one of them; `auth` is what the client sent, where it sent something.
    public typealias Predicate = @Sendable (_ name: String, _ auth: [UInt8]?) -> Bool

    let hooks: NamespaceHooks
    let matches: Predicate
    private let registry: NamespaceRegistry

    init(hooks: NamespaceHooks, registry: NamespaceRegistry, matches: @escaping Predicate) {
        self.hooks = hooks
        self.registry = registry
        self.matches = matches
    }

    /// What happens when a client of one of them reads too slowly.
    public var overflow: OverflowPolicy {
        get { hooks.overflow }
        set { hooks.overflow = newValue }
    }

    /// As ``Namespace/use(_:)-(Middleware)``, for each of them.
    @discardableResult
    public func use(_ middleware: @escaping Namespace.Middleware) -> ParentNamespace {
        hooks.add(.immediate(middleware))
        return self
    }

    /// As ``Namespace/use(_:)-(AsyncMiddleware)``, for each of them.
    @discardableResult
    public func use(_ middleware: @escaping Namespace.AsyncMiddleware) -> ParentNamespace {
        hooks.add(.awaited(middleware))
        return self
    }

    /// As ``Namespace/onConnection(_:)``, for each of them.
    @discardableResult
    public func onConnection(_ handler: @escaping @Sendable (Socket) -> Void) -> ParentNamespace {
        hooks.add(handler)
        return self
    }

    /// Those that have clients now.
    public var children: [Namespace] { registry.children(of: self) }

    /// Sends an event to every client of each of them. Callable from anywhere.
    ///
    /// - Throws: ``ArgumentError`` where an argument has no JSON form.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        let encoded = try EventArguments(repeat each arguments)
        for child in children { child.all.emit(EncodedEvent(event, encoded, namespace: child.name)) }
    }
}
