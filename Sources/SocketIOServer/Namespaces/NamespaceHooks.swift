import Synchronization

/// The application's checks, handlers and options for a namespace, or for all namespaces of a pattern.
final class NamespaceHooks: Sendable {
    enum Middleware {
        case immediate(Namespace.Middleware)
        case awaited(Namespace.AsyncMiddleware)
    }

    private struct State {
        var middleware: [Middleware] = []
        var connected: [@Sendable (Socket) throws -> Void] = []
        var overflow: OverflowPolicy?
        var recovery: ConnectionStateRecovery?
        var isSetUp = false
    }

    private let state: Mutex<State>

    init(recovery: ConnectionStateRecovery?) { state = Mutex(State(recovery: recovery)) }

    /// Nil if it was not set.
    var overflow: OverflowPolicy? { state.withLock { $0.overflow } }

    var recovery: ConnectionStateRecovery? { state.withLock { $0.recovery } }

    /// Whether anything was set.
    var isSetUp: Bool { state.withLock { $0.isSetUp } }

    var connected: [@Sendable (Socket) throws -> Void] { state.withLock { $0.connected } }

    /// The check with that index; nil after the last one.
    func middleware(at index: Int) -> Middleware? {
        state.withLock { $0.middleware.indices.contains(index) ? $0.middleware[index] : nil }
    }

    func add(_ middleware: Middleware) { change { $0.middleware.append(middleware) } }

    func add(_ connected: @escaping @Sendable (Socket) throws -> Void) { change { $0.connected.append(connected) } }

    func set(_ overflow: OverflowPolicy) { change { $0.overflow = overflow } }

    func set(_ recovery: ConnectionStateRecovery?) { change { $0.recovery = recovery } }

    private func change(_ change: (inout sending State) -> Void) {
        state.withLock {
            change(&$0)
            $0.isSetUp = true
        }
    }
}
