import NIOCore
import SocketIOServer
import StreamAssembly

/// Snapshots for clients that are owed one. ``SnapshotDesk`` decides when, and this makes and sends them.
extension MonitoringFeed {
    /// Sends the next snapshot that is owed, and schedules the others.
    ///
    /// It makes one at a time, and sends it to a few. Then it rests for twice the time that this took, so that changes and
    /// heartbeats go on in between. All clients that are owed the same get the same bytes, and behind them what has come
    /// since these were made.
    ///
    /// Those who come back take turns with those who are owed a snapshot, because what they missed may be as long.
    func serveOwed() {
        let began = ContinuousClock.now
        if let rest = snapshots.rest(now: began) { return serveSoon(in: rest) }
        isTurnOfReturning.toggle()
        let isServed =
            isTurnOfReturning
            ? answerNextReturning() || sendNextSnapshot(now: began)
            : sendNextSnapshot(now: began) || answerNextReturning()
        guard isServed else {
            // A congested client tells when it is clear. For a client that has used up its budget, try again.
            if state.isAnyoneOwed { serveSoon(in: .milliseconds(100)) }
            return
        }
        snapshots.ended(began: began, now: .now)
        if state.isAnyoneOwed || !returning.isEmpty { serveSoon(in: .zero) }
    }

    /// - Returns: false if nobody who is owed one may get it now.
    private func sendNextSnapshot(now instant: ContinuousClock.Instant) -> Bool {
        guard let group = state.nextOwed(where: { mayGetSnapshot($0, now: instant) }) else { return false }
        // Clients that get changes get the waiting ones now, because the snapshot contains them.
        send(state.takePending(now: now))
        sendSnapshot(snapshots.order(group))
        return true
    }

    private func mayGetSnapshot(_ id: String, now: ContinuousClock.Instant) -> Bool {
        guard let socket = sockets[id], !comparisons.areUnderWay(for: id) else { return false }
        guard !socket.isCongested, answers.hasRoom(id) else {
            if snapshots.beginsToWait(id) {
                socket.whenClear {
                    self.assumeIsolated { feed in
                        feed.snapshots.endsToWait(id)
                        feed.serveOwed()
                    }
                }
            }
            return false
        }
        return budgets.hasLeft(id, now: now)
    }

    private func sendSnapshot(_ order: SnapshotDesk.Order) {
        let made = shared(order) ?? make(order)
        let receivers = snapshots.receivers(of: made, among: order.group.members).compactMap { sockets[$0] }
        let pieces = [made.piece] + (made.since.map { [$0.piece] } ?? [])
        for piece in pieces { snapshots.sent(piece, to: receivers.count) }
        state.caughtUp(receivers.map(\.id), order.group.selection.part)
        let bytes = pieces.reduce(0) { $0 + $1.byteCount }
        let keys = Cost.keys(keyCount, within: order.group.selection.bounds)
        for socket in receivers {
            // Who waits for the same pays for it too, in a later turn.
            pay((Cost.encoding(bytes: bytes) + Double(keys)) / Double(order.group.members.count), socket.id)
            socket.whenClear {
                self.assumeIsolated { feed in
                    for piece in pieces { feed.snapshots.taken(piece.number) }
                }
            }
        }
        for event in pieces.flatMap(\.events) { sockets.send(event, to: receivers) }
        counters.updates += receivers.count
        if order.group.reason == .resync, order.group.selection.part != .details { counters.resyncs += receivers.count }
    }

    /// A snapshot that was made for others a moment ago, with what has come since; nil where a new one is needed, or less.
    private func shared(_ order: SnapshotDesk.Order) -> SnapshotDesk.Made? {
        guard let made = snapshots.made(order, seq: state.seq, now: .now) else { return nil }
        if made.seq == state.seq || made.since?.seq == state.seq { return made }
        let events = state.since(made.seq, for: order.group.selection, maxBytes: made.mostBytesSince, now: now)
        guard let events = events?.map({ EncodedEvent(unchecked: $0.name, arguments: $0.arguments) }) else {
            return nil
        }
        return snapshots.keep(since: events, upTo: state.seq, behind: made)
    }

    private func make(_ order: SnapshotDesk.Order) -> SnapshotDesk.Made {
        let (selection, began) = (order.group.selection, NIODeadline.now())
        let (snapshot, marks) = assembler.assumeIsolated { assembler in
            let marks = selection.part == .details ? nil : assembler.marks(selection, maxBytes: order.marksBytes)
            // Both are one message.
            return (assembler.snapshot(selection, maxBytes: order.maxBytes - (marks?.byteCount ?? 0)), marks)
        }
        let updates = state.updates(
            snapshot, within: selection.bounds, reason: order.group.reason, marks: marks, now: now)
        let event = EncodedEvent(unchecked: updates.name, arguments: updates.arguments)
        times.snapshotMade(in: .now() - began)
        return snapshots.keep(event, for: order, seq: snapshot.seq, now: .now)
    }

    func serveSoon(in wait: TimeAmount) {
        guard snapshots.schedules() else { return }
        eventLoop.scheduleTask(in: wait) {
            self.assumeIsolated { feed in
                feed.snapshots.comes()
                feed.serveOwed()
            }
        }
    }
}
