/// The set-up of all namespaces whose names fit: a child is made when its first client asks for it, and goes with its
/// last one.
///
/// ```swift
/// io.of(matching: "/room-*").onConnection { socket in … socket.namespace.name … }
/// ```
/// A namespace that fits is always a child, whoever made it and when: one that ``SocketIOServer/of(_:)`` names, before
/// or after the pattern, as well. Its clients pass the parent's middleware first, then its own, and are met by the
/// parent's handlers first, then by its own. Where several patterns fit, the one that was registered first is the
/// parent. Clients that had joined before the pattern was registered stay as they are.
public final class ParentNamespace: Sendable {
    /// Whether a client may ask for a namespace; `auth` is what it sent, a JSON object, where it sent something. What
    /// it throws refuses the client: a ``ConnectError`` as it is, anything else as `internal error`.
    public typealias Predicate = @Sendable (_ name: String, _ auth: [UInt8]?) throws -> Bool

    /// The same where the decision has to be waited for.
    public typealias AsyncPredicate = @Sendable (_ name: String, _ auth: [UInt8]?) async throws -> Bool

    enum Rule: Sendable {
        case pattern(NamePattern)
        case immediate(Predicate)
        case awaited(AsyncPredicate)

        /// What can be said of a name alone; nil where each client has to be looked at.
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

    /// What happens when a client of one of them reads too slowly, where the child itself does not say otherwise; nil:
    /// as the server's configuration says.
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

    /// Those that are there: with clients, or named by ``SocketIOServer/of(_:)``.
    public var children: [Namespace] { living(self) }
}

/// A pattern for names: each `*` stands for any characters, none included; the rest stands for itself, byte for byte.
///
/// Bytes, not characters: `é` in one piece and `e` with an accent behind it are two names, and a mark behind the `-` of
/// `/room-*` does not change the `-`.
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
