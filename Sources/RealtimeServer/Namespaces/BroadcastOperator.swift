import NIOCore

/// Chooses sockets of a namespace by rooms and does something with all of them, each once.
///
/// ```swift
/// try io.of("/").to("red").to("blue").except("muted").emit("news", headline)
/// ```
/// A value: each step makes another one. What it does is done to those who are in the rooms when it is done. Callable
/// from anywhere.
public struct BroadcastOperator: EventEmitter {
    /// Where the sockets are.
    public let namespace: Namespace
    private var rooms: Set<String> = []
    private var excepted: Set<String> = []
    private var isVolatile = false
    private var mayCompress = true

    init(_ namespace: Namespace, rooms: [String] = [], excepted: [String] = []) {
        self.namespace = namespace
        self.rooms = Set(rooms)
        self.excepted = Set(excepted)
    }

    /// Those in these rooms too; without any room, all sockets of the namespace are meant.
    public func to(_ rooms: String...) -> BroadcastOperator { changed { $0.rooms.formUnion(rooms) } }

    /// Not those in these rooms, whatever else they are in.
    public func except(_ rooms: String...) -> BroadcastOperator { changed { $0.excepted.formUnion(rooms) } }

    /// The event is lost rather than kept waiting for those who cannot take it at once, and for those who are away.
    public var volatile: BroadcastOperator { changed { $0.isVolatile = true } }

    /// Whether the event may be compressed, on the ways that can (an answer to a poll); it is by default. What is
    /// compressed already, a picture for example, is sent faster without.
    public func compress(_ mayCompress: Bool) -> BroadcastOperator { changed { $0.mayCompress = mayCompress } }

    /// Those connected to this server, where several serve one application. This server knows no others yet: it is
    /// the same as without.
    public var local: BroadcastOperator { self }

    /// Sends an encoded event of this namespace.
    public func emit(_ event: EncodedEvent) {
        var packet = event.packet
        packet.mayCompress = mayCompress
        let sent = packet
        onLoop {
            if isVolatile {
                namespace.write(sent, .volatile, to: fetchSockets())
            } else {
                let packet = namespace.recorded(sent, rooms: rooms, except: excepted)
                namespace.write(packet, .event(namespace: namespace.tag, namespace.overflow), to: fetchSockets())
            }
        }
    }

    /// Sends an event to each of them and waits for all answers; of each the first argument is given.
    ///
    /// - Returns: What each has answered, or why it has not, by the id of its socket.
    /// - Throws: ``ArgumentError`` where an argument has no JSON form; nothing has been sent then.
    public func emitWithAck<Reply: Decodable & Sendable, each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument, as reply: Reply.Type, timeout: Duration = .seconds(10)
    ) async throws(ArgumentError) -> [String: Result<Reply, AckError>] {
        let content = try EventArguments(repeat each arguments)
        return await withTaskGroup(of: (String, Result<EventArguments, AckError>).self) { group in
            for socket in fetchSockets() {
                group.addTask { (socket.id, await socket.answer(to: event, content, timeout: timeout)) }
            }
            var answers: [String: Result<Reply, AckError>] = [:]
            for await (id, answer) in group {
                answers[id] = Result { () throws(AckError) in try answer.get().decodeReply(reply) }
            }
            return answers
        }
    }

    /// The sockets that are meant now.
    public func fetchSockets() -> [Socket] { namespace.sockets(inAny: rooms, except: excepted) }

    /// Makes them join rooms.
    public func socketsJoin(_ rooms: String...) {
        for socket in fetchSockets() { socket.join(rooms) }
    }

    /// Makes them leave rooms.
    public func socketsLeave(_ rooms: String...) {
        for socket in fetchSockets() { socket.leave(rooms) }
    }

    /// Makes them leave the namespace; with `close`, ends their connections.
    public func disconnectSockets(close: Bool = false) {
        for socket in fetchSockets() { socket.disconnect(close: close) }
    }

    private func changed(_ change: (inout BroadcastOperator) -> Void) -> BroadcastOperator {
        var changed = self
        change(&changed)
        return changed
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if namespace.eventLoop.inEventLoop { body() } else { namespace.eventLoop.execute(body) }
    }
}
