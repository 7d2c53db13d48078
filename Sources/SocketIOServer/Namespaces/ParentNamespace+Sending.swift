/// Reaching the clients of all children at once. Callable from anywhere.
extension ParentNamespace {
    /// The sockets of all children.
    public var sockets: [Socket] { children.flatMap(\.sockets) }

    /// All sockets of all children.
    public var all: ParentBroadcast { ParentBroadcast(self) { $0 } }

    /// The sockets in these rooms, in any child; none if no room is named.
    public func to(_ rooms: String...) -> ParentBroadcast { to(rooms) }

    /// The sockets in these rooms, in any child; none if no room is named.
    public func to(_ rooms: some Sequence<String>) -> ParentBroadcast { all.to(rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: String...) -> ParentBroadcast { except(rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: some Sequence<String>) -> ParentBroadcast { all.except(rooms) }

    /// The sockets of all children.
    public func fetchSockets() -> [Socket] { sockets }

    /// Sends an event to every client of each of them.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved or an argument has no JSON form.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        try all.emit(event, repeat each arguments)
    }
}

/// Chooses sockets of all children of a ``ParentNamespace`` by rooms, as ``BroadcastOperator`` does in one namespace. A
/// value. A call affects the sockets that are there at that time.
public struct ParentBroadcast: Sendable {
    private let parent: ParentNamespace
    private let choose: @Sendable (BroadcastOperator) -> BroadcastOperator

    init(_ parent: ParentNamespace, _ choose: @escaping @Sendable (BroadcastOperator) -> BroadcastOperator) {
        self.parent = parent
        self.choose = choose
    }

    /// Adds the sockets in these rooms.
    public func to(_ rooms: String...) -> ParentBroadcast { to(rooms) }

    /// Adds the sockets in these rooms.
    public func to(_ rooms: some Sequence<String>) -> ParentBroadcast {
        let rooms = Array(rooms)
        return then { $0.to(rooms) }
    }

    /// Leaves out the sockets in these rooms, whatever other rooms they are in.
    public func except(_ rooms: String...) -> ParentBroadcast { except(rooms) }

    /// Leaves out the sockets in these rooms, whatever other rooms they are in.
    public func except(_ rooms: some Sequence<String>) -> ParentBroadcast {
        let rooms = Array(rooms)
        return then { $0.except(rooms) }
    }

    /// See ``BroadcastOperator/volatile``.
    public var volatile: ParentBroadcast { then(\.volatile) }

    /// See ``BroadcastOperator/compress(_:)``.
    public func compress(_ mayCompress: Bool) -> ParentBroadcast { then { $0.compress(mayCompress) } }

    /// Sends an event.
    ///
    /// - Throws: ``ArgumentError`` if the name is reserved or an argument has no JSON form. Then nothing has been sent.
    public func emit<each Argument: Encodable>(
        _ event: String, _ arguments: repeat each Argument
    ) throws(ArgumentError) {
        // Checked even without a child, so that an error does not depend on who listens.
        try ArgumentError.checkIsFree(event)
        let encoded = try EventArguments(
            repeat each arguments, coding: operators.first?.namespace.coding ?? ArgumentCoding())
        for chosen in operators { try chosen.emit(event, encoded) }
    }

    /// The sockets that are chosen now.
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
