/// Rooms: names under which sockets are reached together. A room is there while somebody is in it. Callable from
/// anywhere.
extension Namespace {
    /// Those in these rooms.
    public func to(_ rooms: String...) -> BroadcastOperator { BroadcastOperator(self, rooms: rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { BroadcastOperator(self, excepted: rooms) }

    /// All sockets of the namespace.
    public var all: BroadcastOperator { BroadcastOperator(self) }
}

extension Socket {
    /// The rooms this socket is in, the one of its own id included; none when it has left.
    public var rooms: Set<String> { namespace.rooms(of: id) }

    /// Joins rooms; nothing happens where it is in them.
    public func join(_ rooms: String...) { join(rooms) }

    /// Leaves rooms; nothing happens where it is not in them.
    public func leave(_ rooms: String...) { leave(rooms) }

    /// Those in these rooms, without this socket.
    public func to(_ rooms: String...) -> BroadcastOperator {
        BroadcastOperator(namespace, rooms: rooms, excepted: [id])
    }

    /// All others of the namespace, without those in these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator {
        BroadcastOperator(namespace, excepted: rooms + [id])
    }

    /// All others of the namespace.
    public var broadcast: BroadcastOperator { BroadcastOperator(namespace, excepted: [id]) }

    func join(_ rooms: [String]) { namespace.join(id, rooms) }

    func leave(_ rooms: [String]) { namespace.leave(id, rooms) }
}
