import NIOCore

/// Holds packets until the turn of the loop is over.
protocol Flushable: AnyObject {
    /// Hands the waiting packets to the socket, as many as it takes.
    func flush()
    /// Whether some packets are still waiting.
    var isCongested: Bool { get }
    /// Tells the ticket once nothing is waiting any more.
    func whenClear(_ ticket: FlushTicket)
}

/// What to flush at the end of this turn of the event loop. Each connection is flushed once, however many packets a
/// turn brings. Lives on the event loop.
final class FlushQueue {
    private let eventLoop: any EventLoop
    private var isScheduled = false
    private var connections: [any Flushable] = []
    private var tickets: [FlushTicket] = []

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func add(_ connection: any Flushable) {
        connections.append(connection)
        schedule()
    }

    /// Asks the ticket after this turn's flush.
    func after(_ ticket: FlushTicket) {
        tickets.append(ticket)
        schedule()
    }

    private func schedule() {
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        let turn = (connections, tickets)
        (connections, tickets, isScheduled) = ([], [], false)
        for connection in turn.0 { connection.flush() }
        for ticket in turn.1 { ticket.flushed() }
    }
}

/// Waits until all connections of one broadcast have handed everything to their sockets.
final class FlushTicket {
    let connections: [any Flushable]
    private let completion: @Sendable () -> Void
    private var waiting = 0

    init(connections: [any Flushable], completion: @escaping @Sendable () -> Void) {
        self.connections = connections
        self.completion = completion
    }

    /// The turn's flush is done. Now it waits for connections whose sockets could not take everything.
    func flushed() {
        // One count for the ticket itself, so that a connection that is clear at once does not complete it while others
        // are still asked.
        waiting = 1
        for connection in connections where connection.isCongested {
            waiting += 1
            connection.whenClear(self)
        }
        connectionCleared()
    }

    /// One of them has caught up or has ended.
    func connectionCleared() {
        waiting -= 1
        if waiting == 0 { completion() }
    }
}
