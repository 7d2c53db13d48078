/// Which sockets are in which rooms of one namespace. Each socket is also in the room of its own id.
package struct RoomTable: Sendable, Equatable {
    private var sockets: [String: Set<String>] = [:]
    private var rooms: [String: Set<String>] = [:]

    package init() {}

    package mutating func join(_ socket: String, _ room: String) {
        guard room != socket else { return }
        sockets[room, default: []].insert(socket)
        rooms[socket, default: []].insert(room)
    }

    package mutating func leave(_ socket: String, _ room: String) {
        sockets[room]?.remove(socket)
        if sockets[room]?.isEmpty == true { sockets[room] = nil }
        rooms[socket]?.remove(room)
        if rooms[socket]?.isEmpty == true { rooms[socket] = nil }
    }

    package mutating func leaveAll(_ socket: String) {
        for room in rooms[socket] ?? [] { leave(socket, room) }
    }

    /// The rooms that the socket is in, with its own.
    package func rooms(of socket: String) -> Set<String> { (rooms[socket] ?? []).union([socket]) }

    /// The ids in any of the rooms, each once. Every id is in its own room, even if there is no such socket.
    package func members(ofAny names: Set<String>) -> Set<String> {
        names.reduce(into: names) { members, name in members.formUnion(sockets[name] ?? []) }
    }
}
