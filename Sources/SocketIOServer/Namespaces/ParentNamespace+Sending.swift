/// Reaching the clients of all children at once. Callable from anywhere.
extension ParentNamespace {
    /// The sockets of all children.
    public var sockets: [Socket] { children.flatMap(\.sockets) }

    /// All sockets of all children.
    public var all: ParentBroadcast { ParentBroadcast(self) { $0 } }

    /// Those in these rooms, in whichever child; nobody where none is named.
    public func to(_ rooms: String...) -> ParentBroadcast { to(rooms) }

    /// Those in these rooms, in whichever child; nobody where none is named.
    public func to(_ rooms: some Sequence<String>) -> ParentBroadcast { all.to(rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: String...) -> ParentBroadcast { except(rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: some Sequence<String>) -> ParentBroadcast { all.except(rooms) }

    /// The sockets of all children.
    public func fetchSockets() -> [Socket] { sockets }

    /// Sends an event to every client of each of them.
    ///
    /// - Throws: ``ArgumentError`` where the name is reserved or an argument has no JSON form.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        try all.emit(event, repeat each arguments)
    }
}

/// Chooses sockets of all children of a ``ParentNamespace`` by rooms, as ``BroadcastOperator`` does in one namespace.
/// A value; what it does is done to those who are there then.
public struct ParentBroadcast: Sendable {
    private let parent: ParentNamespace
    private let choose: @Sendable (BroadcastOperator) -> BroadcastOperator

    init(_ parent: ParentNamespace, _ choose: @escaping @Sendable (BroadcastOperator) -> BroadcastOperator) {
        self.parent = parent
        self.choose = choose
    }

    /// Those in these rooms too.
    public func to(_ rooms: String...) -> ParentBroadcast { to(rooms) }

    /// Those in these rooms too.
    public func to(_ rooms: some Sequence<String>) -> ParentBroadcast {
        let rooms = Array(rooms)
        return then { $0.to(rooms) }
    }

    /// Not those in these rooms, whatever else they are in.
    public func except(_ rooms: String...) -> ParentBroadcast { except(rooms) }

    /// Not those in these rooms, whatever else they are in.
    public func except(_ rooms: some Sequence<String>) -> ParentBroadcast {
        let rooms = Array(rooms)
        return then { $0.except(rooms) }
    }

    /// As ``BroadcastOperator/volatile``.
    public var volatile: ParentBroadcast { then(\.volatile) }

    /// As ``BroadcastOperator/compress(_:)``.
    public func compress(_ mayCompress: Bool) -> ParentBroadcast { then { $0.compress(mayCompress) } }

    /// Sends an event.
    ///
    /// - Throws: ``ArgumentError`` where the name is reserved or an argument has no JSON form; nothing has been sent
    ///   then.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        // Where no child is there, too: what is wrong does not depend on who listens.
        try ArgumentError.checkIsFree(event)
        let encoded = try EventArguments(
            repeat each arguments, coding: operators.first?.namespace.coding ?? ArgumentCoding())
        for chosen in operators { try chosen.emit(event, encoded) }
    }

    /// The sockets that are meant now.
    public func fetchSockets() -> [Socket] { operators.flatMap { $0.fetchSockets() } }

    /// Makes them join rooms.
    public func socketsJoin(_ rooms: String...) { socketsJoin(rooms) }

    /// Makes them join rooms.
    public func socketsJoin(_ rooms: some Sequence<String>) {
        let rooms = Array(rooms)
        for chosen in operators { chosen.socketsJoin(rooms) }
    }

    /// Makes them leave rooms.
    public func socketsLeave(_ rooms: String...) { socketsLeave(rooms) }

    /// Makes them leave rooms.
    public func socketsLeave(_ rooms: some Sequence<String>) {
        let rooms = Array(rooms)
        for chosen in operators { chosen.socketsLeave(rooms) }
    }

    /// Makes them leave their namespace; with `close`, ends their connections.
    public func disconnectSockets(close: Bool = false) {
        for chosen in operators { chosen.disconnectSockets(close: close) }
    }

    private var operators: [BroadcastOperator] { parent.children.map { choose($0.all) } }

    private func then(_ next: @escaping @Sendable (BroadcastOperator) -> BroadcastOperator) -> ParentBroadcast {
        let choose = choose
        return ParentBroadcast(parent) { next(choose($0)) }
    }
}
