import NIOCore
import Synchronization

/// The namespaces of one server by name, and the patterns by which more are made.
final class NamespaceRegistry: Sendable {
    fileprivate struct Entry {
        let namespace: Namespace
        let parent: ParentNamespace?
    }

    fileprivate struct State {
        var entries: [String: Entry] = [:]
        var parents: [ParentNamespace] = []
        var nextTag = 0
    }

    private let eventLoop: any EventLoop
    private let overflow: OverflowPolicy
    private let recovery: ConnectionStateRecovery?
    private let state = Mutex(State())

    init(eventLoop: any EventLoop, overflow: OverflowPolicy, recovery: ConnectionStateRecovery?) {
        self.eventLoop = eventLoop
        self.overflow = overflow
        self.recovery = recovery
        // As on the official server it is always there: clients join it unless told otherwise.
        _ = of("/")
    }

    func of(_ name: String) -> Namespace {
        let name = name.hasPrefix("/") ? name : "/" + name
        let hooks = NamespaceHooks(overflow: overflow, recovery: recovery)
        return state.withLock { $0.namespace(name, hooks, parent: nil, eventLoop) }
    }

    func of(where matches: @escaping ParentNamespace.Predicate) -> ParentNamespace {
        // A namespace that goes with its last client has nothing to come back to.
        let hooks = NamespaceHooks(overflow: overflow, recovery: nil)
        let parent = ParentNamespace(hooks: hooks, registry: self, matches: matches)
        state.withLock { $0.parents.append(parent) }
        return parent
    }

    /// Whether a client with that `auth` may ask to join.
    func isKnown(_ name: String, auth: [UInt8]?) -> Bool {
        let (known, parents) = state.withLock { ($0.entries[name] != nil, $0.parents) }
        return known || parents.contains { $0.matches(name, auth) }
    }

    /// The namespace of that name; the first pattern that fits makes it where there is none.
    func resolve(_ name: String, auth: [UInt8]?) -> Namespace? {
        let (known, parents) = state.withLock { ($0.entries[name]?.namespace, $0.parents) }
        if let known { return known }
        // Outside the lock: the predicate is the application's.
        guard let parent = parents.first(where: { $0.matches(name, auth) }) else { return nil }
        return state.withLock { $0.namespace(name, parent.hooks, parent: parent, eventLoop) }
    }

    /// Forgets a namespace that a pattern made, when nobody is in it.
    func releaseIfEmpty(_ namespace: Namespace) {
        state.withLock { state in
            guard state.entries[namespace.name]?.parent != nil, namespace.isEmpty else { return }
            state.entries[namespace.name] = nil
        }
    }

    func children(of parent: ParentNamespace) -> [Namespace] {
        state.withLock { state in state.entries.values.filter { $0.parent === parent }.map(\.namespace) }
    }
}

extension NamespaceRegistry.State {
    fileprivate mutating func namespace(
        _ name: String, _ hooks: NamespaceHooks, parent: ParentNamespace?, _ eventLoop: any EventLoop
    ) -> Namespace {
        if let known = entries[name] { return known.namespace }
        let made = Namespace(name: name, tag: nextTag, hooks: hooks, eventLoop: eventLoop)
        nextTag += 1
        entries[name] = NamespaceRegistry.Entry(namespace: made, parent: parent)
        return made
    }
}
