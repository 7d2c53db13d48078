public import NIOCore
import SocketIO
import Synchronization

/// One namespace of a server: who may join, and who has.
public final class Namespace: Sendable {
    /// Decides whether a client may join; what it throws is the refusal the client sees.
    public typealias Middleware = @Sendable (Socket) throws(ConnectError) -> Void

    /// The same where the decision has to be waited for.
    public typealias AsyncMiddleware = @Sendable (Socket) async throws(ConnectError) -> Void

    private struct Membership {
        var sockets: [String: Socket] = [:]
        var rooms = RoomTable()
        /// Clients about which the middleware has not decided yet.
        var arriving = 0
    }

    /// `/` or a name that begins with a slash.
    public let name: String
    /// The loop on which every handler is called.
    public let eventLoop: any EventLoop
    let tag: Int
    let hooks: NamespaceHooks
    private let membership = Mutex(Membership())
    /// Made with the first event that is kept.
    let recoveryLog: NIOLoopBoundBox<RecoveryLog<EncodedPacket, SocketData>?>

    init(name: String, tag: Int, hooks: NamespaceHooks, eventLoop: any EventLoop) {
        self.name = name
        self.tag = tag
        self.hooks = hooks
        self.eventLoop = eventLoop
        recoveryLog = .makeEmptyBox(valueType: RecoveryLog<EncodedPacket, SocketData>.self, eventLoop: eventLoop)
    }

    /// What happens when a client of this namespace reads too slowly.
    public var overflow: OverflowPolicy {
        get { hooks.overflow }
        set { hooks.overflow = newValue }
    }

    /// Whether clients that come back get what they missed; nil where they start anew.
    public var recovery: ConnectionStateRecovery? {
        get { hooks.recovery }
        set { hooks.recovery = newValue }
    }

    /// Adds a check that runs for each client that wants to join, in the order added, on the event loop. The socket is
    /// not connected yet: what is sent to it is lost, what is put into its ``Socket/data`` stays.
    @discardableResult
    public func use(_ middleware: @escaping Middleware) -> Namespace {
        hooks.add(.immediate(middleware))
        return self
    }

    /// Adds a check that has to wait, for a token to be looked up for example. A client that is not let in within
    /// `connectTimeout` is let go.
    @discardableResult
    public func use(_ middleware: @escaping AsyncMiddleware) -> Namespace {
        hooks.add(.awaited(middleware))
        return self
    }

    /// Calls the handler for each client that has joined, on the event loop, before anything else of that client is
    /// read: handlers registered inside miss nothing.
    @discardableResult
    public func onConnection(_ handler: @escaping @Sendable (Socket) -> Void) -> Namespace {
        hooks.add(handler)
        return self
    }

    /// The sockets that are in the namespace now.
    public var sockets: [Socket] { membership.withLock { Array($0.sockets.values) } }

    /// Sends an event to some sockets of this namespace: the bytes are shared, each socket is flushed once per turn
    /// of the loop. Callable from anywhere. Clients that are away do not get it later.
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
        write(event.packet, .event(namespace: tag, overflow), to: sockets, onWire: onWire)
    }

    /// Sends an event to every socket of this namespace.
    public func broadcast(_ event: EncodedEvent, onWire: (@Sendable () -> Void)? = nil) {
        guard eventLoop.inEventLoop else { return eventLoop.execute { self.broadcast(event, onWire: onWire) } }
        broadcast(event, to: sockets, onWire: onWire)
    }

    func write(
        _ packet: EncodedPacket, _ kind: Outbox.Kind, to sockets: [Socket], onWire: (@Sendable () -> Void)? = nil
    ) {
        var prompt: [ClientConnection] = []
        for case let connection? in sockets.lazy.map(\.connection) {
            if onWire != nil, connection.setsPace { prompt.append(connection) }
            connection.send(packet, kind)
        }
        guard let onWire else { return }
        guard let core = prompt.first?.core else { return eventLoop.execute(onWire) }
        core.afterFlush(FlushTicket(connections: prompt, completion: onWire))
    }

    // MARK: Members

    func joined(_ socket: Socket, rooms: Set<String> = []) {
        membership.withLock { membership in
            membership.sockets[socket.id] = socket
            for room in rooms { membership.rooms.join(socket.id, room) }
        }
        for handler in hooks.connected { handler(socket) }
    }

    func left(_ socket: Socket) {
        membership.withLock { membership in
            membership.rooms.leaveAll(socket.id)
            membership.sockets[socket.id] = nil
        }
    }

    func beginsToArrive() { membership.withLock { $0.arriving += 1 } }

    func hasArrived() { membership.withLock { $0.arriving -= 1 } }

    /// Whether nobody is here or about to be.
    var isEmpty: Bool { membership.withLock { $0.sockets.isEmpty && $0.arriving == 0 } }

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

    /// Without any room named, all sockets are meant.
    func sockets(inAny names: Set<String>, except: Set<String>) -> [Socket] {
        membership.withLock { membership in
            let excepted = membership.rooms.members(ofAny: except)
            guard !names.isEmpty else { return membership.sockets.values.filter { !excepted.contains($0.id) } }
            return membership.rooms.members(ofAny: names).subtracting(excepted)
                .compactMap { membership.sockets[$0] }
        }
    }
}
