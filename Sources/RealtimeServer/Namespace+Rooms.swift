import NIOCore
import SocketIO

/// Rooms: names under which sockets are reached together. A room is there while somebody is in it.
extension Namespace {
    /// Those in these rooms.
    public func to(_ rooms: String...) -> BroadcastOperator { BroadcastOperator(self, rooms: rooms) }

    /// All but those in these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { BroadcastOperator(self, excepted: rooms) }

    /// All sockets of the namespace.
    public var all: BroadcastOperator { BroadcastOperator(self) }
}

extension Socket {
    /// The rooms this socket is in, the one of its own id included. Only on the event loop.
    public var rooms: Set<String> { isConnected ? namespace.rooms.value.rooms(of: id) : [] }

    /// Joins rooms; nothing happens where it is in them. Callable from anywhere.
    public func join(_ rooms: String...) { join(rooms) }

    /// Leaves rooms; nothing happens where it is not in them. Callable from anywhere.
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

    func join(_ rooms: [String]) {
        onLoop {
            guard self.isConnected else { return }
            for room in rooms { self.namespace.rooms.value.join(self.id, room) }
        }
    }

    func leave(_ rooms: [String]) {
        onLoop { for room in rooms { self.namespace.rooms.value.leave(self.id, room) } }
    }
}
