public import NIOCore
import SocketIO
import Synchronization

/// One namespace of a server: who may join, and who has.
public final class Namespace: Sendable {
    /// Decides whether a client may join; what it throws is the refusal the client sees.
    public typealias Middleware = @Sendable (Handshake) throws(ConnectError) -> Void

    private struct Hooks {
        var middleware: [Middleware] = []
        var connected: [@Sendable (Socket) -> Void] = []
        var overflow: OverflowPolicy
    }

    /// `/` or a name that begins with a slash.
    public let name: String
    /// The loop on which every handler is called.
    public let eventLoop: any EventLoop
    let tag: Int
    private let hooks: Mutex<Hooks>
    private let members: NIOLoopBoundBox<[String: Socket]>
    let rooms: NIOLoopBoundBox<RoomTable>

    init(name: String, tag: Int, overflow: OverflowPolicy, eventLoop: any EventLoop) {
        self.name = name
        self.tag = tag
        self.eventLoop = eventLoop
        hooks = Mutex(Hooks(overflow: overflow))
        members = .makeBoxSendingValue([:], eventLoop: eventLoop)
        rooms = .makeBoxSendingValue(RoomTable(), eventLoop: eventLoop)
    }

    /// What happens when a client of this namespace reads too slowly.
    public var overflow: OverflowPolicy {
        get { hooks.withLock { $0.overflow } }
        set { hooks.withLock { $0.overflow = newValue } }
    }

    /// Adds a check that runs for each client that wants to join, in the order added, on the event loop.
    @discardableResult
    public func use(_ middleware: @escaping Middleware) -> Namespace {
        hooks.withLock { $0.middleware.append(middleware) }
        return self
    }

    /// Calls the handler for each client that has joined, on the event loop, before anything else of that client is
    /// read: handlers registered inside miss nothing.
    @discardableResult
    public func onConnection(_ handler: @escaping @Sendable (Socket) -> Void) -> Namespace {
        hooks.withLock { $0.connected.append(handler) }
        return self
    }

    /// The sockets that are in the namespace now. Only on the event loop.
    public var sockets: [Socket] { Array(members.value.values) }

    /// Sends an event to some sockets of this namespace: the bytes are shared, each socket is flushed once per turn
    /// of the loop. Callable from anywhere.
    ///
    /// - Parameter onWire: Called once, on the event loop and never before this returns, when each receiver's socket
    ///   has taken the event. Receivers that lag behind already when the broadcast begins, and those that poll, are not
    ///   waited for.
    public func broadcast(
        _ event: EncodedEvent, to sockets: [Socket], onWire: (@Sendable () -> Void)? = nil
    ) {
        guard eventLoop.inEventLoop else {
            return eventLoop.execute { self.broadcast(event, to: sockets, onWire: onWire) }
        }
        let overflow = overflow
        var prompt: [ClientConnection] = []
        for case let connection? in sockets.lazy.map(\.connection) {
            if onWire != nil, connection.setsPace { prompt.append(connection) }
            connection.send(event.packet, .event(namespace: tag, overflow))
        }
        guard let onWire else { return }
        guard let core = prompt.first?.core else { return eventLoop.execute(onWire) }
        core.afterFlush(FlushTicket(connections: prompt, completion: onWire))
    }

    /// Sends an event to every socket of this namespace.
    public func broadcast(_ event: EncodedEvent, onWire: (@Sendable () -> Void)? = nil) {
        guard eventLoop.inEventLoop else { return eventLoop.execute { self.broadcast(event, onWire: onWire) } }
        broadcast(event, to: sockets, onWire: onWire)
    }

    func authorize(_ handshake: Handshake) throws(ConnectError) {
        for middleware in hooks.withLock({ $0.middleware }) { try middleware(handshake) }
    }

    func joined(_ socket: Socket) {
        members.value[socket.id] = socket
        for handler in hooks.withLock({ $0.connected }) { handler(socket) }
    }

    func left(_ socket: Socket) {
        rooms.value.leaveAll(socket.id)
        members.value[socket.id] = nil
    }

    /// Without any room named, all sockets are meant.
    func sockets(inAny names: Set<String>, except: Set<String>) -> [Socket] {
        let table = rooms.value
        let excepted = table.members(ofAny: except)
        guard !names.isEmpty else { return members.value.values.filter { !excepted.contains($0.id) } }
        return table.members(ofAny: names).subtracting(excepted).compactMap { members.value[$0] }
    }
}
