import NIOCore

/// What packets wait in until the turn of the loop is over.
protocol Flushable: AnyObject {
    /// Hands what waits to the socket, as far as that takes it.
    func flush()
    /// Whether some of it waits still.
    var isCongested: Bool { get }
    /// Tells the ticket once nothing waits any more.
    func whenClear(_ ticket: FlushTicket)
}

/// What has to be flushed at the end of this turn of the event loop: however many packets a turn brings, each connection
/// is flushed once. Lives on the event loop.
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

    /// Asks the ticket behind this turn's flush.
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

/// Waits until the connections of one broadcast have handed everything to their sockets.
final class FlushTicket {
    let connections: [any Flushable]
    private let completion: @Sendable () -> Void
    private var waiting = 0

    init(connections: [any Flushable], completion: @escaping @Sendable () -> Void) {
        self.connections = connections
        self.completion = completion
    }

    /// The turn's flush is done: waits for those that could not take everything.
    func flushed() {
        // One for itself, so that nobody who is clear at once completes it while others are still being asked.
        waiting = 1
        for connection in connections where connection.isCongested {
            waiting += 1
            connection.whenClear(self)
        }
        connectionCleared()
    }

    /// One of them has caught up, or is gone.
    func connectionCleared() {
        waiting -= 1
        if waiting == 0 { completion() }
    }
}
