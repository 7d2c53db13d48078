/// Answers that clients have asked for and have not taken yet. Who does not read gets no more of them after a few, so
/// that nobody is held in memory for whom nothing but asking is free.
struct UntakenAnswers {
    /// A client that has more bytes of answers to take gets no further one, but `busy`. So a single large answer comes on
    /// top of this at most.
    static let bytesAtMost = 32 << 10
    /// The same for the number of answers, however short.
    static let countAtMost = 100

    private var clients: [Audiences.ID: (bytes: Int, count: Int)] = [:]

    /// Whether the client may ask for something that may be long.
    func hasRoom(_ id: Audiences.ID) -> Bool {
        (clients[id]?.bytes ?? 0) <= Self.bytesAtMost && hasRoomForShort(id)
    }

    /// Whether it may ask for something whose answer is short.
    func hasRoomForShort(_ id: Audiences.ID) -> Bool { (clients[id]?.count ?? 0) < Self.countAtMost }

    /// Call ``taken(_:by:)`` when the client has it.
    mutating func sent(_ bytes: Int, to id: Audiences.ID) {
        let before = clients[id] ?? (0, 0)
        clients[id] = (before.bytes + bytes, before.count + 1)
    }

    mutating func taken(_ bytes: Int, by id: Audiences.ID) {
        guard let before = clients[id] else { return }
        clients[id] = before.count > 1 ? (before.bytes - bytes, before.count - 1) : nil
    }

    mutating func left(_ id: Audiences.ID) { clients[id] = nil }
}
