import EngineIO
import NIOCore
import SocketIO

/// What the client is sent: through its outbox, once per turn of the loop, as fast as the socket takes it.
extension ClientConnection: Flushable {
    /// What waits, and for what.
    struct Outflow {
        var outbox: Outbox
        /// Whether packets wait, or the socket has taken all it can.
        var isCongested = false
        /// More waits than the outbox may hold: the session ends with the next flush.
        var hasOverflowed = false
        var needsFlush = false
        /// Who wants to know when nothing waits any more.
        var tickets: [FlushTicket] = []
    }

    var isCongested: Bool { outflow.isCongested }

    func isResyncing(_ namespace: Int) -> Bool { outflow.outbox.isResyncing(namespace) }

    func send(_ packet: EncodedPacket, _ kind: Outbox.Kind) {
        guard !isFinished, !outflow.hasOverflowed else { return }
        // A burst within one turn is no slowness: make room first where the socket takes more.
        if kind == .volatile || outflow.outbox.overflows(with: packet, kind), transport.room > 0 { drain() }
        guard kind != .volatile || transport.room > 0 else { return core.statistics.eventsDropped += 1 }
        switch outflow.outbox.enqueue(packet, kind) {
        case .queued: break
        case .queuedAfterDropping(let count): core.statistics.eventsDropped += count
        case .resyncBegan(let dropped):
            core.statistics.eventsDropped += dropped
            core.statistics.resyncs += 1
        case .refused: core.statistics.eventsDropped += 1
        case .disconnect: outflow.hasOverflowed = true
        }
        requestFlush()
    }

    func ackExpected(by deadline: ContinuousClock.Instant) {
        ackDeadline = min(ackDeadline ?? deadline, deadline)
        // The answer may lie behind events that were not read for the handlers' sake.
        if waitsForHandlersSince != nil { reviewReading() }
        schedule()
    }

    func whenClear(_ ticket: FlushTicket) {
        // Nobody asks a session that has ended again: a ticket that it kept would keep it too.
        guard !isFinished else { return ticket.connectionCleared() }
        outflow.tickets.append(ticket)
    }

    func flush() {
        outflow.needsFlush = false
        if outflow.hasOverflowed { close(.outboxOverflow) } else { drain() }
    }

    func requestFlush() {
        guard !outflow.needsFlush else { return }
        outflow.needsFlush = true
        core.flushes.add(self)
    }

    /// What one flush hands to the socket at most, unless a single packet is larger: a client that has stalled then
    /// holds little beside its outbox.
    private static let batchBytes = 16 * 1024

    /// Hands over as much as the socket takes.
    func writeOut() {
        while !outflow.outbox.isEmpty, case var room = transport.room, room > 0 {
            var batch = 0
            while batch < Self.batchBytes, room > 0, let packet = outflow.outbox.popFirst() {
                transport.write(packet)
                room -= 1
                batch += packet.byteCount
                core.statistics.packetsSent += 1
            }
            core.statistics.bytesSent += batch
            transport.flush()
        }
    }

    func drain() {
        guard !isFinished else { return }
        writeOut()
        // A write that fails ends the session before it returns.
        guard !isFinished else { return }
        outflow.isCongested = !outflow.outbox.isEmpty || transport.isBlocked
        guard !isCongested else { return }
        releaseTickets()
        // Who fetches gets a fresh state when he comes for it.
        guard !transport.isFetched || transport.room > 0 else { return }
        for tag in outflow.outbox.takeResyncs() {
            for socket in sockets.values where socket.namespace.tag == tag { socket.drained() }
        }
    }

    func releaseTickets() {
        guard !outflow.tickets.isEmpty else { return }
        let cleared = outflow.tickets
        outflow.tickets = []
        for ticket in cleared { ticket.connectionCleared() }
    }
}
