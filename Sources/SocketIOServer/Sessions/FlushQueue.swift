import NIOCore

/// Holds packets until the turn of the loop is over.
protocol Flushable: AnyObject {
    /// Hands the waiting packets to the socket, as many as it takes.
    func flush()
}

/// What to flush at the end of this turn of the event loop. Each connection is flushed once, however many packets a
/// turn brings. Lives on the event loop.
final class FlushQueue {
    private let eventLoop: any EventLoop
    private var isScheduled = false
    private var connections: [any Flushable] = []
    private var tickets: [FlushTicket] = []
    /// The memory of the list that was flushed last.
    private var flushed: [any Flushable] = []

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func add(_ connection: any Flushable) {
        connections.append(connection)
        schedule()
    }

    /// Tells the ticket after this turn's flush.
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
        swap(&connections, &flushed)
        let tickets = tickets
        (self.tickets, isScheduled) = ([], false)
        for connection in flushed { connection.flush() }
        flushed.removeAll(keepingCapacity: flushed.count > flushed.capacity / 4)
        for ticket in tickets { ticket.cleared() }
    }
}

/// Waits until all connections of one broadcast have handed everything to their sockets.
final class FlushTicket {
    private let completion: @Sendable () -> Void
    /// The connections, and one for the turn of the loop: it must not complete while connections are still added.
    private var waiting = 1

    init(completion: @escaping @Sendable () -> Void) { self.completion = completion }

    /// Each connection takes the ticket before the turn ends.
    func awaitsOneMore() { waiting += 1 }

    /// The turn's flush is done, or one of the connections has caught up or has ended.
    func cleared() {
        waiting -= 1
        if waiting == 0 { completion() }
    }
}
