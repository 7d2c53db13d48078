/// The set-up of all namespaces whose names fit. A child is made when its first client asks for it, and ends with its
/// last one.
///
/// ```swift
/// io.of(matching: "/room-*").onConnection { socket in … socket.namespace.name … }
/// ```
/// A namespace that fits is always a child, even if ``SocketIOServer/of(_:)`` names it, before or after the pattern.
/// Its clients pass the parent's middleware first and then its own, and the parent's handlers are called before its
/// own. If several patterns fit, the one that was registered first is the parent. Clients that joined before the
/// pattern was registered stay as they are.
public final class ParentNamespace: Sendable {
    /// Whether a client may ask for a namespace. `auth` is the JSON object that it sent, if any. An error refuses the
    /// client: a ``ConnectError`` as it is, anything else as `internal error`.
    public typealias Predicate = @Sendable (_ name: String, _ auth: [UInt8]?) throws -> Bool

    /// The same for a decision that has to wait.
    public typealias AsyncPredicate = @Sendable (_ name: String, _ auth: [UInt8]?) async throws -> Bool

    enum Rule: Sendable {
        case pattern(NamePattern)
        case immediate(Predicate)
        case awaited(AsyncPredicate)

        /// The answer if the name alone decides; nil if it depends on the client.
        func decides(_ name: String) -> Bool? {
            if case .pattern(let pattern) = self { pattern.matches(name) } else { nil }
        }
    }

    let hooks: NamespaceHooks
    let rule: Rule
    private let living: @Sendable (ParentNamespace) -> [Namespace]

    init(hooks: NamespaceHooks, rule: Rule, living: @escaping @Sendable (ParentNamespace) -> [Namespace]) {
        self.hooks = hooks
        self.rule = rule
        self.living = living
    }

    /// What happens when a client of a child reads too slowly, unless the child sets its own policy; nil means the
    /// policy of the server's configuration.
    public var overflow: OverflowPolicy? {
        get { hooks.overflow }
        set { if let newValue { hooks.set(newValue) } }
    }

    /// As ``Namespace/use(_:)-(Middleware)``, for each of them, before the checks of the child itself.
    @discardableResult
    public func use(_ middleware: @escaping Namespace.Middleware) -> ParentNamespace {
        hooks.add(.immediate(middleware))
        return self
    }

    /// As ``Namespace/use(_:)-(AsyncMiddleware)``, for each of them, before the checks of the child itself.
    @discardableResult
    public func use(_ middleware: @escaping Namespace.AsyncMiddleware) -> ParentNamespace {
        hooks.add(.awaited(middleware))
        return self
    }

    /// As ``Namespace/onConnection(_:)``, for each of them, before the handlers of the child itself.
    @discardableResult
    public func onConnection(_ handler: @escaping @Sendable (Socket) throws -> Void) -> ParentNamespace {
        hooks.add(handler)
        return self
    }

    /// The children that exist: those with clients, and those that ``SocketIOServer/of(_:)`` has named.
    public var children: [Namespace] { living(self) }
}

/// A pattern for names. Each `*` stands for any number of characters, or none. The rest stands for itself, byte for
/// byte.
///
/// It compares bytes, not characters: `é` as one character and `e` followed by an accent are two names, and an accent
/// after the `-` of `/room-*` does not change the `-`.
struct NamePattern: Sendable, Equatable {
    private let pieces: [[UInt8]]

    init(_ pattern: String) {
        pieces = pattern.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether the whole name fits.
    func matches(_ name: String) -> Bool {
        var rest = Array(name.utf8)[...]
        guard let first = pieces.first, let last = pieces.last, pieces.count > 1 else {
            return pieces.first.map { $0[...] == rest } ?? false
        }
        guard rest.starts(with: first) else { return false }
        rest = rest.dropFirst(first.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.count >= last.count && rest.suffix(last.count) == last[...]
    }
}
