import EngineIO
import NIOCore
import SocketIO

/// Sends to the client once per turn of the loop, as fast as the socket takes it. What the socket cannot take waits in the
/// outbox.
extension ClientConnection: Flushable {
    /// What is waiting, and for what.
    struct Outflow {
        /// Bytes that the WebSocket has been given since its last flush.
        var unflushed = 0
        /// Whether packets are waiting, or the socket cannot take more.
        var isCongested = false
        /// More is waiting than the outbox may hold, so the session ends with the next flush.
        var hasOverflowed = false
        var needsFlush = false
        /// Who is told when nothing is waiting any more.
        var ticket: FlushTicket?
        /// The same if there are several.
        var otherTickets: [FlushTicket] = []
        var outbox: Outbox
    }

    var isCongested: Bool { outflow.isCongested }

    func isResyncing(_ namespace: Int) -> Bool { outflow.outbox.isResyncing(namespace) }

    func send(_ packet: EncodedPacket, _ kind: Outbox.Kind) {
        guard !isFinished, !outflow.hasOverflowed else { return }
        if mayPassOutbox(kind), transport.room > 0 {
            outflow.unflushed += write(packet)
            return requestFlush()
        }
        // A burst within one turn does not mean a slow client. Make room first, if the socket takes more.
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

    /// A WebSocket that keeps up needs no outbox. A flush sends so much in any case.
    private func mayPassOutbox(_ kind: Outbox.Kind) -> Bool {
        guard outflow.outbox.isIdle, outflow.unflushed < Self.batchBytes, !transport.isFetched else { return false }
        // Only a flush tells whether the socket takes more, and that is what such an event depends on.
        return outflow.unflushed == 0 || kind != .volatile
    }

    private func write(_ packet: EncodedPacket) -> Int {
        let bytes = transport.write(packet)
        core.statistics.packetsSent += 1
        core.statistics.bytesSent += bytes
        return bytes
    }

    func ackExpected(by deadline: ContinuousClock.Instant) {
        ackDeadline = min(ackDeadline ?? deadline, deadline)
        // The answer may come after events that were not read because of the handlers.
        if waitsForHandlersSince != nil { reviewReading() }
        schedule()
    }

    /// Tells the ticket once nothing is waiting any more: after the next flush or later.
    func whenClear(_ ticket: FlushTicket) {
        // Nobody flushes an ended session again. A ticket that it kept would keep the session alive.
        guard !isFinished else { return }
        ticket.awaitsOneMore()
        if outflow.ticket == nil { outflow.ticket = ticket } else { outflow.otherTickets.append(ticket) }
        requestFlush()
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

    /// The most that one flush hands to the socket, unless a single packet is larger. So a client that has stalled
    /// holds little more than its outbox.
    private static let batchBytes = 16 * 1024

    /// Hands the socket as much as it takes.
    func writeOut() {
        if outflow.unflushed > 0 {
            outflow.unflushed = 0
            transport.flush()
        }
        while !outflow.outbox.isEmpty, case var room = transport.room, room > 0 {
            var batch = 0
            while batch < Self.batchBytes, room > 0, let packet = outflow.outbox.popFirst() {
                batch += write(packet)
                room -= 1
            }
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
        // A client that polls gets a fresh state with its next poll.
        guard !transport.isFetched || transport.room > 0 else { return }
        for tag in outflow.outbox.takeResyncs() {
            for socket in sockets.values where socket.namespace.tag == tag { socket.drained() }
        }
    }

    func releaseTickets() {
        guard let first = outflow.ticket else { return }
        let others = outflow.otherTickets
        (outflow.ticket, outflow.otherTickets) = (nil, [])
        first.cleared()
        for ticket in others { ticket.cleared() }
    }
}
