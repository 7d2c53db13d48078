/// Rooms: names under which sockets are reached together. A room is there while somebody is in it. Callable from
/// anywhere.
extension Socket {
    /// The rooms this socket is in, the one of its own id included; none when it has left.
    public var rooms: Set<String> { namespace.rooms(of: id) }

    /// Joins rooms; nothing happens where it is in them.
    public func join(_ rooms: String...) { join(rooms) }

    /// Joins rooms; nothing happens where it is in them.
    public func join(_ rooms: some Sequence<String>) { namespace.join(id, Array(rooms)) }

    /// Leaves rooms; nothing happens where it is not in them.
    public func leave(_ rooms: String...) { leave(rooms) }

    /// Leaves rooms; nothing happens where it is not in them.
    public func leave(_ rooms: some Sequence<String>) { namespace.leave(id, Array(rooms)) }

    /// Those in these rooms, without this socket; nobody where none is named.
    public func to(_ rooms: String...) -> BroadcastOperator { broadcast.to(rooms) }

    /// Those in these rooms, without this socket; nobody where the list is empty.
    public func to(_ rooms: some Sequence<String>) -> BroadcastOperator { broadcast.to(rooms) }

    /// All others of the namespace, without those in these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { broadcast.except(rooms) }

    /// All others of the namespace, without those in these rooms.
    public func except(_ rooms: some Sequence<String>) -> BroadcastOperator { broadcast.except(rooms) }

    /// All others of the namespace.
    public var broadcast: BroadcastOperator { BroadcastOperator(namespace, excepted: [id]) }
}
