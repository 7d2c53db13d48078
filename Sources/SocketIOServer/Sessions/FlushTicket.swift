/// Waits until the connections of one broadcast have handed everything to their sockets.
final class FlushTicket {
    let connections: [ClientConnection]
    private let completion: @Sendable () -> Void
    private var waiting = 0

    init(connections: [ClientConnection], completion: @escaping @Sendable () -> Void) {
        self.connections = connections
        self.completion = completion
    }

    /// The turn's flush is done: waits for those that could not take everything.
    func flushed() {
        for connection in connections where connection.isCongested {
            waiting += 1
            connection.whenClear(self)
        }
        if waiting == 0 { completion() }
    }

    /// One of them has caught up, or is gone.
    func connectionCleared() {
        waiting -= 1
        if waiting == 0 { completion() }
    }
}
