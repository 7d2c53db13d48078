public import NIOCore
import SocketIO
import Synchronization

/// One client in one namespace.
///
/// Register handlers on ``eventLoop``, ideally inside `onConnection`. Sending, joining rooms and reading ``data`` is
/// possible from anywhere. Events of one task go out in the order of the calls.
public final class Socket: Sendable {
    // Every broadcast needs it. So it stands first, beside the count of references.
    let state: NIOLoopBoundBox<State>

    /// Unique and hard to guess. It changes with each reconnect that is not a recovery.
    public let id: String
    /// The client's namespace.
    public let namespace: Namespace
    /// What the client said when it connected, with its `auth` for this namespace.
    public let handshake: Handshake
    /// Whether the client came back and got its id, rooms, data and missed events.
    public let recovered: Bool
    /// What the application keeps with this socket.
    public let data: SocketData
    /// The loop on which handlers are called, unless their documentation says otherwise.
    public var eventLoop: any EventLoop { namespace.eventLoop }

    /// Identifies the client for recovery. Only the client knows it.
    let privateID: String?
    let received = HandlerQueue()

    struct State {
        var connection: ClientConnection?
        var listeners = SocketListeners()
        var acks = AckRegistry<AckCallback>()
    }

    init(id: String, namespace: Namespace, handshake: Handshake, privateID: String?) {
        self.id = id
        self.namespace = namespace
        self.handshake = handshake
        self.privateID = privateID
        recovered = false
        data = SocketData()
        state = .makeBoxSendingValue(State(), eventLoop: namespace.eventLoop)
    }

    init(recovering session: RecoveredSession, namespace: Namespace, handshake: Handshake, privateID: String) {
        id = session.id
        self.namespace = namespace
        self.handshake = handshake
        self.privateID = privateID
        recovered = true
        data = session.data
        state = .makeBoxSendingValue(State(), eventLoop: namespace.eventLoop)
    }

    /// Whether the client is in the namespace.
    public var isConnected: Bool { namespace.isMember(id) }

    /// Whether packets are waiting because the client reads slowly. Only on the event loop.
    public var isCongested: Bool { state.value.connection?.isCongested ?? false }

    /// Whether events are dropped until the client has caught up. Only on the event loop.
    public var isResyncing: Bool { state.value.connection?.isResyncing(namespace.tag) ?? false }

    /// Makes the client leave the namespace. With `close` it leaves all namespaces, and its connection ends.
    ///
    /// The official client does not reconnect by itself after this.
    public func disconnect(close: Bool = false) {
        onLoop {
            if close {
                self.connection?.disconnectAll()
            } else {
                self.connection?.disconnect(self.namespace.name)
            }
        }
    }

    // MARK: From the connection

    var connection: ClientConnection? { state.value.connection }

    func joined(_ connection: ClientConnection, rooms: Set<String> = [], through parent: ParentNamespace? = nil) {
        state.value.connection = connection
        namespace.joined(self, rooms: rooms, through: parent)
    }

    /// The end. Nothing is sent or received after it.
    func left(_ reason: DisconnectReason) {
        guard state.value.connection != nil else { return }
        for handler in state.value.listeners.disconnecting { handler(reason) }
        namespace.keepForRecovery(self, reason)
        state.value.connection = nil
        namespace.left(self)
        for callback in state.value.acks.drain() { callback(.failure(.disconnected)) }
        let handlers = state.value.listeners.disconnected
        if !state.value.listeners.outgoing.isEmpty { namespace.outgoingListeners.subtract(1, ordering: .relaxed) }
        // Handlers may hold the socket. Removing them breaks the reference cycle.
        state.value = State()
        for handler in handlers { handler(reason) }
        received.finish()
    }

    func drained() {
        for handler in state.value.listeners.drained { handler() }
    }

    func onLoop(_ body: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop { body() } else { eventLoop.execute(body) }
    }
}

/// Names a value of ``Socket/data``.
///
/// ```swift
/// enum UserName: SocketDataKey { typealias Value = String }
/// socket.data[UserName.self] = "mara"
/// ```
public protocol SocketDataKey {
    associatedtype Value: Sendable
}

/// What an application keeps with a socket. It stays when the client recovers its connection.
public final class SocketData: Sendable {
    private let values = Mutex<[ObjectIdentifier: any Sendable]>([:])

    init() {}

    /// The value of a key; nil removes it. Callable from anywhere.
    public subscript<Key: SocketDataKey>(_ key: Key.Type) -> Key.Value? {
        get { values.withLock { $0[ObjectIdentifier(key)] } as? Key.Value }
        set {
            let value: (any Sendable)? = newValue
            values.withLock { $0[ObjectIdentifier(key)] = value }
        }
    }

    /// The value of a key, or `fallback` if there is none.
    public subscript<Key: SocketDataKey>(_ key: Key.Type, default fallback: @autoclosure () -> Key.Value) -> Key.Value {
        get { self[key] ?? fallback() }
        set { self[key] = newValue }
    }
}
