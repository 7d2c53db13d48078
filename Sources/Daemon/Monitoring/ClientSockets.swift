import JSONBytes
import SocketIOServer

/// The sockets of the clients by id, and the messages to them that are not about samples: status and heartbeat.
struct ClientSockets {
    private let namespace: Namespace
    private var sockets: [Audiences.ID: Socket] = [:]
    /// Those that asked for a heartbeat.
    private var listening: Set<Audiences.ID> = []
    /// Those that may not see all hosts, and so nothing of the daemon itself.
    private var bounded: Set<Audiences.ID> = []

    init(namespace: Namespace) {
        self.namespace = namespace
    }

    subscript(id: Audiences.ID) -> Socket? { sockets[id] }

    /// - Parameters:
    ///   - heartbeat: whether the client is told each second that the server is there.
    ///   - isBounded: whether it may not see all hosts.
    mutating func joined(_ socket: Socket, heartbeat: Bool, isBounded: Bool) {
        sockets[socket.id] = socket
        if heartbeat { listening.insert(socket.id) }
        if isBounded { bounded.insert(socket.id) }
    }

    mutating func left(_ id: Audiences.ID) {
        sockets[id] = nil
        listening.remove(id)
        bounded.remove(id)
    }

    /// - Parameter onWire: called once, later on the loop, when the clients that keep up have taken the event.
    func send(_ delivery: Delivery, onWire: (@Sendable () -> Void)? = nil) {
        let event = EncodedEvent(unchecked: delivery.event.name, arguments: delivery.event.arguments)
        namespace.broadcast(event, to: delivery.receivers.compactMap { sockets[$0] }, onWire: onWire)
    }

    func send(_ event: EncodedEvent, to receivers: [Socket]) {
        namespace.broadcast(event, to: receivers)
    }

    /// Tells every client, or one, how the daemon stands with Redis; paused clients too. Details may name addresses and
    /// keys, so those with bounds get none.
    func tell(_ report: ReadinessReport, to socket: Socket? = nil) {
        for isBounded in [false, true] {
            let event = EncodedEvent(
                unchecked: ServerEvent.status.rawValue, arguments: [report.encode(withDetail: !isBounded)])
            let receivers = socket.map { [$0] } ?? Array(sockets.values)
            namespace.broadcast(event, to: receivers.filter { bounded.contains($0.id) == isBounded })
        }
    }

    /// Sends the heartbeat to those that asked for it: with it, silence means that there is nothing new. Call it each
    /// second. It is not volatile: a client that polls would lose it between two requests.
    func beat(now: Int64) {
        guard !listening.isEmpty else { return }
        namespace.broadcast(Self.heartbeat(now: now), to: listening.compactMap { sockets[$0] })
    }

    /// - Parameter now: the daemon's clock, Unix epoch in ms.
    static func heartbeat(now: Int64) -> EncodedEvent {
        var writer = JSONWriter(reservingCapacity: 32)
        writer.beginObject()
        writer.key("now")
        writer.integer(now)
        writer.endObject()
        return EncodedEvent(unchecked: ServerEvent.heartbeat.rawValue, arguments: [writer.bytes])
    }
}
