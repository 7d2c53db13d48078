import NIOCore
import Synchronization

/// The namespaces of one server by name, and the patterns and closures that make more of them.
///
/// A name that fits a pattern belongs to the pattern. Naming such a namespace in the application does not open it. If
/// closures are registered, naming a namespace without setting it up does not open it either, because the closures
/// decide about each client.
final class NamespaceRegistry: Sendable {
    fileprivate struct Entry {
        /// Released with its last user, if nothing keeps it.
        weak var namespace: Namespace?
        /// Set while it has clients, or if it is permanent.
        var kept: Namespace?
        /// Whether the application has named it.
        var isNamed = false
        /// Whether it stays without clients: the application has set it up, or no pattern and no closure could make it
        /// again.
        var isPermanent = false
    }

    fileprivate struct State {
        var entries: [ExactName: Entry] = [:]
        var parents: [ParentNamespace] = []
        var observers: [@Sendable (Namespace) -> Void] = []
        var nextTag = 0
    }

    /// The longest name, in bytes, of a namespace that is made for a client.
    static let longestName = 1_024

    private let context: ServerContext
    private let state = Mutex(State())

    init(_ context: ServerContext) {
        self.context = context
        // It always exists, as on the official server: clients join it by default.
        _ = of("/")
    }

    // MARK: From the application

    func of(_ name: String) -> Namespace {
        let name = name.hasPrefix("/") ? name : "/" + name
        let (namespace, isNew) = state.withLock { state -> (Namespace, Bool) in
            let pattern = state.pattern(for: name)
            let known = state.entries[ExactName(name)]?.namespace
            let recovery = pattern == nil ? context.configuration.connectionStateRecovery : nil
            let namespace = known ?? make(name, recovery: recovery, &state)
            if let pattern { namespace.add(parent: pattern) }
            state.entries[ExactName(name)]?.isNamed = true
            if namespace.hooks.isSetUp || pattern == nil && !state.asksEachClient {
                state.makePermanent(namespace)
            }
            return (namespace, known == nil)
        }
        if isNew { announce(namespace) }
        return namespace
    }

    func add(_ rule: ParentNamespace.Rule) -> ParentNamespace {
        // A client cannot come back to a namespace that ends with its last client.
        let parent = ParentNamespace(hooks: NamespaceHooks(recovery: nil), rule: rule) { [weak self] parent in
            self?.children(of: parent) ?? []
        }
        // Namespaces are released outside the lock, because their deinit takes it again.
        let known = state.withLock { state -> [Namespace] in
            state.parents.append(parent)
            return state.entries.values.compactMap(\.namespace)
        }
        for namespace in known where firstPattern(for: namespace.name) === parent { namespace.add(parent: parent) }
        return parent
    }

    func onNew(_ observer: @escaping @Sendable (Namespace) -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    // MARK: From clients

    /// Whether a client may enter a namespace of that name, judged by the name alone.
    func mayExist(_ name: String) -> Bool {
        state.withLock { state in
            if state.entries[ExactName(name)]?.kept != nil { return true }
            return name.utf8.count <= Self.longestName && state.parents.contains { $0.rule.decides(name) ?? true }
        }
    }

    var parents: [ParentNamespace] { state.withLock { $0.parents } }

    /// The namespace that a client is about to enter, with the client counted in; nil if the client may not enter.
    ///
    /// - Parameter parent: the one whose pattern fits, or whose closure said yes.
    func enter(_ name: String, through parent: ParentNamespace?) -> Namespace? {
        // The namespaces that were looked at are released outside the lock too.
        let (entered, known) = state.withLock { state -> (Namespace?, Namespace?) in
            let known = state.entries[ExactName(name)]?.namespace
            let mayEnter =
                parent == nil
                ? known.map(state.isOpen) ?? false : known != nil || name.utf8.count <= Self.longestName
            guard mayEnter else { return (nil, known) }
            let namespace = known ?? make(name, recovery: nil, &state)
            state.entries[ExactName(name)]?.kept = namespace
            namespace.beginsToArrive()
            return (namespace, known)
        }
        if let parent { entered?.add(parent: parent) }
        if let entered, known == nil { announce(entered) }
        return entered
    }

    /// Removes a namespace that exists only for its clients, if nobody is in it.
    func releaseIfEmpty(_ namespace: Namespace) {
        let released = state.withLock { state -> Namespace? in
            let key = ExactName(namespace.name)
            guard namespace.isEmpty, let entry = state.entries[key], !entry.isPermanent else { return nil }
            state.entries[key]?.kept = nil
            return entry.kept
        }
        // Its deinit takes the lock, so it must not run inside.
        withExtendedLifetime(released) {}
    }

    // MARK: From namespaces

    private func keep(_ namespace: Namespace) {
        state.withLock { state in
            let key = ExactName(namespace.name)
            guard state.entries[key]?.isNamed == true, state.entries[key]?.namespace === namespace else { return }
            state.makePermanent(namespace)
        }
    }

    private func forget(_ name: String) {
        state.withLock { state in
            let key = ExactName(name)
            if let entry = state.entries[key], entry.namespace == nil { state.entries[key] = nil }
        }
    }

    private func children(of parent: ParentNamespace) -> [Namespace] {
        let living = state.withLock { $0.entries.values.compactMap(\.namespace) }
        return living.filter { $0.parents.contains { $0 === parent } }
    }

    // MARK: Making

    private func make(_ name: String, recovery: ConnectionStateRecovery?, _ state: inout State) -> Namespace {
        let made = Namespace(
            name: name, tag: state.nextTag, recovery: recovery, server: context, registry: Handle(self))
        state.nextTag += 1
        state.entries[ExactName(name)] = Entry(namespace: made)
        return made
    }

    private func firstPattern(for name: String) -> ParentNamespace? { state.withLock { $0.pattern(for: name) } }

    private func announce(_ namespace: Namespace) {
        let observers = state.withLock { $0.observers }
        guard !observers.isEmpty else { return }
        let tell: @Sendable () -> Void = { for observer in observers { observer(namespace) } }
        let eventLoop = context.eventLoop
        if eventLoop.inEventLoop { tell() } else { eventLoop.execute(tell) }
    }

    /// What a namespace knows about the others.
    struct Handle: Sendable {
        private let keeping: @Sendable (Namespace) -> Void
        private let forgetting: @Sendable (String) -> Void

        fileprivate init(_ registry: NamespaceRegistry) {
            keeping = { [weak registry] in registry?.keep($0) }
            forgetting = { [weak registry] in registry?.forget($0) }
        }

        func keep(_ namespace: Namespace) { keeping(namespace) }
        func forget(_ name: String) { forgetting(name) }
    }
}

extension NamespaceRegistry.State {
    /// The first pattern that fits.
    fileprivate func pattern(for name: String) -> ParentNamespace? { parents.first { $0.rule.decides(name) == true } }

    fileprivate var asksEachClient: Bool {
        parents.contains {
            switch $0.rule {
            case .pattern: false
            case .immediate, .awaited: true
            }
        }
    }

    /// Whether a client may enter that no pattern and no closure lets in: the application itself has set up the
    /// namespace.
    fileprivate func isOpen(_ namespace: Namespace) -> Bool {
        guard entries[ExactName(namespace.name)]?.isNamed == true else { return false }
        return namespace.hooks.isSetUp || namespace.name == "/" || !asksEachClient
    }

    fileprivate mutating func makePermanent(_ namespace: Namespace) {
        entries[ExactName(namespace.name)]?.isPermanent = true
        entries[ExactName(namespace.name)]?.kept = namespace
    }
}

/// A name that is compared byte by byte. Swift's own equality treats `é` as one character and as two as the same.
private struct ExactName: Hashable {
    private let bytes: [UInt8]

    init(_ name: String) { bytes = Array(name.utf8) }
}
