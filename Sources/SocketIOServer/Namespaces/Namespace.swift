public import NIOCore
import SocketIO
import Synchronization

/// One namespace of a server: who may join, and who has.
///
/// An event that is sent to it goes to all its sockets: `try io.of("/chat").emit("news", text)`. Callable from
/// anywhere.
public final class Namespace: Sendable, Broadcaster {
    /// Decides whether a client may join. An error refuses the client. A ``ConnectError`` reaches the client as it is.
    /// Any other error is logged, and the client gets `internal error`.
    public typealias Middleware = @Sendable (Socket) throws -> Void

    /// The same for a decision that has to wait.
    public typealias AsyncMiddleware = @Sendable (Socket) async throws -> Void

    private struct Membership {
        var sockets: [String: Socket] = [:] {
            didSet { list = nil }
        }
        /// The same as a list, made for the first broadcast after a change.
        private var list: [Socket]?
        var rooms = RoomTable()
        /// Clients that the middleware has not decided about yet.
        var arriving = 0
        /// The parents whose pattern fits, or whose closure has let in a client. The first one counts.
        var parents: [ParentNamespace] = []

        var all: [Socket] {
            mutating get {
                if let list { return list }
                let made = Array(sockets.values)
                list = made
                return made
            }
        }
    }

    /// `/` or a name that begins with a slash.
    public let name: String
    /// The loop on which every handler is called.
    public var eventLoop: any EventLoop { server.eventLoop }
    let server: ServerContext
    let tag: Int
    let hooks: NamespaceHooks
    private let membership = Mutex(Membership())
    /// Sockets that listen to what they are sent.
    let outgoingListeners = Atomic(0)
    /// Made when the first event is kept.
    let recoveryLog: NIOLoopBoundBox<RecoveryLog<EncodedPacket, SocketData>?>
    private let registry: NamespaceRegistry.Handle

    init(
        name: String, tag: Int, recovery: ConnectionStateRecovery?, server: ServerContext,
        registry: NamespaceRegistry.Handle
    ) {
        self.name = name
        self.tag = tag
        self.server = server
        self.registry = registry
        hooks = NamespaceHooks(recovery: recovery)
        recoveryLog = .makeEmptyBox(valueType: RecoveryLog<EncodedPacket, SocketData>.self, eventLoop: server.eventLoop)
    }

    var coding: ArgumentCoding { server.configuration.coding }

    deinit { registry.forget(name) }

    /// This namespace.
    public var namespace: Namespace { self }

    /// All sockets of the namespace.
    public var all: BroadcastOperator { BroadcastOperator(self) }

    /// What happens when a client of this namespace reads too slowly.
    public var overflow: OverflowPolicy {
        get { hooks.overflow ?? parents.first?.overflow ?? server.configuration.overflow }
        set { setUp { $0.set(newValue) } }
    }

    /// Whether clients that come back get what they missed; nil if they start anew.
    public var recovery: ConnectionStateRecovery? {
        get { hooks.recovery }
        set { setUp { $0.set(newValue) } }
    }

    /// Adds a check for each client that wants to join. Checks run on the event loop in the order added, after those of
    /// the ``ParentNamespace``. The socket is not connected yet: events sent to it are lost, but its ``Socket/data``
    /// stays. Clients that have joined already are not checked again.
    @discardableResult
    public func use(_ middleware: @escaping Middleware) -> Namespace {
        setUp { $0.add(.immediate(middleware)) }
        return self
    }

    /// Adds a check that has to wait, for example to look up a token. If it has not decided within `connectTimeout`,
    /// the client is refused. The waiting task is cancelled then, and also when the client leaves.
    @discardableResult
    public func use(_ middleware: @escaping AsyncMiddleware) -> Namespace {
        setUp { $0.add(.awaited(middleware)) }
        return self
    }

    /// Calls the handler for each client that has joined. It runs on the event loop before anything else of that client
    /// is read, so handlers that are registered inside miss nothing. An error is logged, and the client stays.
    @discardableResult
    public func onConnection(_ handler: @escaping @Sendable (Socket) throws -> Void) -> Namespace {
        setUp { $0.add(handler) }
        return self
    }

    /// A namespace that was set up stays, even without clients.
    private func setUp(_ change: (NamespaceHooks) -> Void) {
        change(hooks)
        registry.keep(self)
    }

    /// The sockets that are in the namespace now.
    public var sockets: [Socket] { membership.withLock { $0.all } }

    /// Sends an event to some sockets of this namespace. They share the bytes, and each socket is flushed once per turn
    /// of the loop. Callable from anywhere. Clients that are away do not get the event later.
    ///
    /// - Parameter onWire: called once, on the event loop and never before this returns, when each receiver's socket
    ///   has taken the event. It does not wait for receivers that poll, or that lag behind already.
    public func broadcast(
        _ event: EncodedEvent, to sockets: [Socket], onWire: (@Sendable () -> Void)? = nil
    ) {
        guard eventLoop.inEventLoop else {
            return eventLoop.execute { self.broadcast(event, to: sockets, onWire: onWire) }
        }
        write(event.packet, .event(namespace: tag, overflow), to: sockets, onWire: onWire)
    }

    /// Sends an event to every socket of this namespace.
    public func broadcast(_ event: EncodedEvent, onWire: (@Sendable () -> Void)? = nil) {
        guard eventLoop.inEventLoop else { return eventLoop.execute { self.broadcast(event, onWire: onWire) } }
        broadcast(event, to: sockets, onWire: onWire)
    }

    func write(
        _ packet: EncodedPacket, _ kind: Outbox.Kind, to sockets: [Socket], heardAs heard: EncodedPacket? = nil,
        onWire: (@Sendable () -> Void)? = nil
    ) {
        if isOverheard {
            for socket in sockets { socket.notifyOutgoing(heard ?? packet) }
        }
        let ticket = onWire.map { FlushTicket(completion: $0) }
        for socket in sockets {
            guard let connection = socket.connection else { continue }
            let isAwaited = ticket != nil && connection.setsPace
            connection.send(packet, kind)
            if isAwaited, let ticket { connection.whenClear(ticket) }
        }
        if let ticket { server.flushes.after(ticket) }
    }

    // MARK: Members

    func joined(_ socket: Socket, rooms: Set<String> = [], through parent: ParentNamespace? = nil) {
        membership.withLock { membership in
            membership.sockets[socket.id] = socket
            for room in rooms { membership.rooms.join(socket.id, room) }
        }
        for handler in (parent?.hooks.connected ?? []) + hooks.connected {
            do {
                try handler(socket)
            } catch {
                server.logger.connectionHandlerFailed(error, namespace: name)
            }
        }
    }

    func left(_ socket: Socket) {
        membership.withLock { membership in
            membership.rooms.leaveAll(socket.id)
            membership.sockets[socket.id] = nil
        }
    }

    func beginsToArrive() { membership.withLock { $0.arriving += 1 } }

    func hasArrived() { membership.withLock { $0.arriving -= 1 } }

    /// Whether nobody is in it or about to join.
    var isEmpty: Bool { membership.withLock { $0.sockets.isEmpty && $0.arriving == 0 } }

    /// The parents in the order in which they were made.
    var parents: [ParentNamespace] { membership.withLock { $0.parents } }

    func add(parent: ParentNamespace) {
        membership.withLock { membership in
            if !membership.parents.contains(where: { $0 === parent }) { membership.parents.append(parent) }
        }
    }

    func isMember(_ id: String) -> Bool { membership.withLock { $0.sockets[id] != nil } }

    func join(_ id: String, _ rooms: [String]) {
        membership.withLock { membership in
            guard membership.sockets[id] != nil else { return }
            for room in rooms { membership.rooms.join(id, room) }
        }
    }

    func leave(_ id: String, _ rooms: [String]) {
        membership.withLock { membership in
            for room in rooms { membership.rooms.leave(id, room) }
        }
    }

    func rooms(of id: String) -> Set<String> {
        membership.withLock { $0.sockets[id] == nil ? [] : $0.rooms.rooms(of: id) }
    }

    /// All sockets if no rooms are named (nil); nobody if none of the rooms exists.
    func sockets(inAny names: Set<String>?, except: Set<String>) -> [Socket] {
        membership.withLock { membership in
            let excepted = membership.rooms.members(ofAny: except)
            guard let names else { return membership.sockets.values.filter { !excepted.contains($0.id) } }
            return membership.rooms.members(ofAny: names).subtracting(excepted)
                .compactMap { membership.sockets[$0] }
        }
    }
}
