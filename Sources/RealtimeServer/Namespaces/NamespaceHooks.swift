import Synchronization

/// What an application has set up for a namespace; the namespaces of one pattern share theirs.
final class NamespaceHooks: Sendable {
    enum Middleware {
        case immediate(Namespace.Middleware)
        case awaited(Namespace.AsyncMiddleware)
    }

    private struct State {
        var middleware: [Middleware] = []
        var connected: [@Sendable (Socket) -> Void] = []
        var overflow: OverflowPolicy
        var recovery: ConnectionStateRecovery?
    }

    private let state: Mutex<State>

    init(overflow: OverflowPolicy, recovery: ConnectionStateRecovery?) {
        state = Mutex(State(overflow: overflow, recovery: recovery))
    }

    var overflow: OverflowPolicy {
        get { state.withLock { $0.overflow } }
        set { state.withLock { $0.overflow = newValue } }
    }

    var recovery: ConnectionStateRecovery? {
        get { state.withLock { $0.recovery } }
        set { state.withLock { $0.recovery = newValue } }
    }

    var middleware: [Middleware] { state.withLock { $0.middleware } }
    var connected: [@Sendable (Socket) -> Void] { state.withLock { $0.connected } }

    func add(_ middleware: Middleware) { state.withLock { $0.middleware.append(middleware) } }
    func add(_ connected: @escaping @Sendable (Socket) -> Void) { state.withLock { $0.connected.append(connected) } }
}
