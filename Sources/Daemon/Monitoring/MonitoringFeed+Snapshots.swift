import Logging
import NIOCore
import SocketIOServer
import StreamAssembly

/// Snapshots that clients are owed, and what clients may cost.
extension MonitoringFeed {
    // MARK: Snapshots

    /// Sends the next snapshot that is owed, and comes back for the others.
    ///
    /// One is made at a time and then rested for as long as twice its making took, so that changes and heartbeats go
    /// on between them; all who are owed the same get the same bytes.
    func serveOwed() {
        let began = ContinuousClock.now
        if let rest = snapshots.rest(now: began) { return serveSoon(in: rest) }
        guard let group = audiences.nextOwed(where: { mayGetSnapshot($0, now: began) }) else {
            // Who is congested tells when it is not; who has used up its budget is asked again.
            if audiences.isAnyoneOwed { serveSoon(in: .milliseconds(100)) }
            return
        }
        // Those who are told get what waits now: the snapshot contains it.
        sendPending()
        let event = snapshot(group)
        audienceTakes(event, group)
        snapshots.ended(began: began, now: .now)
        if audiences.isAnyoneOwed { serveSoon(in: .zero) }
    }

    private func mayGetSnapshot(_ id: String, now: ContinuousClock.Instant) -> Bool {
        guard let socket = sockets[id], comparing[id] == nil else { return false }
        guard !socket.isCongested else {
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
        guard budgets[id]?.hasLeft(now: now) == true else { return false }
        let group = AddressGroup(socket.handshake.remoteAddress)
        return group.isLoopback || addresses.hasLeft(group, now: now)
    }

    private func snapshot(_ group: Audiences.Group) -> EncodedEvent {
        let selection = group.selection
        let seq = assembler.assumeIsolated { $0.seq }
        let maxBytes = snapshots.untaken + sizes.snapshot > sizes.untaken ? sizes.smallSnapshot : sizes.snapshot
        if let made = snapshots.made(group, seq: seq, maxBytes: maxBytes, now: .now) { return made }
        // The marks of many keys would take more than the samples of a small one.
        let isMarked = maxBytes > sizes.smallSnapshot || keyCount <= sizes.markedKeys
        let (snapshot, marks) = assembler.assumeIsolated { assembler in
            (assembler.snapshot(selection, maxBytes: maxBytes), isMarked ? assembler.marks(selection) : nil)
        }
        let meta = meta(seq: snapshot.seq, reason: group.reason, marks: marks)
        let event = EncodedEvent(unchecked: "updates", arguments: [snapshot.encode(), meta])
        snapshots.keep(event, group, seq: seq, maxBytes: maxBytes, now: .now)
        return event
    }

    private func audienceTakes(_ event: EncodedEvent, _ group: Audiences.Group) {
        let receivers = group.members.compactMap { sockets[$0] }
        let untaken = snapshots.sent(event, to: receivers.count)
        for socket in receivers {
            audiences.caughtUp(socket.id)
            pay((Cost.encoding(bytes: event.byteCount) + Double(keyCount)) / Double(receivers.count), socket.id)
            socket.whenClear { self.assumeIsolated { $0.snapshots.taken(untaken) } }
        }
        namespace.broadcast(event, to: receivers)
        counters.updates += receivers.count
        if group.reason == .resync { counters.resyncs += receivers.count }
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

    // MARK: Comparing

    /// Compares what there is with the patterns of a selection, which remembers it, a slice at each turn of the loop;
    /// meanwhile the client gets no snapshot.
    func compare(
        _ selection: Selection, for id: String, then: @escaping @Sendable (isolated MonitoringFeed) -> Void
    ) {
        let keys = keyCount
        guard selection.patterns * keys > Self.slice else { return then(self) }
        pay(Cost.comparing(selection, keys: keys), id)
        comparing[id, default: 0] += 1
        compare(assembler.assumeIsolated { $0.keys(.all) }[...], selection, for: id, then: then)
    }

    private func compare(
        _ keys: ArraySlice<KeySummary>, _ selection: Selection, for id: String,
        then: @escaping @Sendable (isolated MonitoringFeed) -> Void
    ) {
        guard let count = comparing[id] else { return }
        let now = keys.prefix(max(1, Self.slice / selection.patterns))
        for key in now { _ = selection.matches(host: key.host, probe: key.probe) }
        let rest = keys.dropFirst(now.count)
        guard rest.isEmpty else {
            return eventLoop.execute { self.assumeIsolated { $0.compare(rest, selection, for: id, then: then) } }
        }
        comparing[id] = count > 1 ? count - 1 : nil
        then(self)
    }

    /// Names that are compared with patterns in one turn: a few milliseconds.
    private static let slice = 20_000

    // MARK: Budgets

    var keyCount: Int { assembler.assumeIsolated { $0.statistics.keys } }

    /// What an event of a client costs at least, before it is looked at.
    func charge(_ id: String, _ request: Cost.Request) -> WorkBudget.Verdict {
        guard let socket = sockets[id] else { return .excess }
        let now = ContinuousClock.now
        let units = Cost.of(request, keys: keyCount)
        var verdict = budgets[id]?.ask(units, now: now) ?? .excess
        let group = AddressGroup(socket.handshake.remoteAddress)
        if verdict == .granted, !group.isLoopback { verdict = addresses.ask(units, of: group, now: now) }
        switch verdict {
        case .granted: break
        case .busy: counters.busy += 1
        case .excess:
            counters.excess += 1
            if let unlogged = excessLog.occurred(now: now) {
                logger.clientInExcess(socket.handshake.remoteAddress, unloggedBefore: unlogged)
            }
            socket.disconnect(close: true)
        }
        return verdict
    }

    func pay(_ units: Double, _ id: String) {
        let now = ContinuousClock.now
        budgets[id]?.pay(units, now: now)
        guard let socket = sockets[id] else { return }
        let group = AddressGroup(socket.handshake.remoteAddress)
        if !group.isLoopback { addresses.pay(units, of: group, now: now) }
    }
}
