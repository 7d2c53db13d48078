import DequeModule
import NIOCore
import SocketIOServer
import StreamAssembly

/// What a client has missed that paused or comes back: events again, or the samples of the window that it has not got.
///
/// How long it would be is known before anything is read or written for it. Where it is too long, it costs next to
/// nothing to find that out, and the client gets a snapshot.
extension MonitoringFeed {
    /// A client that comes back and whose turn has not come.
    struct Returning {
        let id: String
        /// It has waited for this daemon to read all of Redis, as long as it may.
        let hasWaited: Bool
    }

    /// A client has come: it is owed a snapshot, or what it missed when its turn comes.
    func welcome(_ id: String) { comesBack(id, hasWaited: false) }

    private func comesBack(_ id: String, hasWaited: Bool) {
        if case .waiting = state.audiences.standing(of: id) {
            returning.append(Returning(id: id, hasWaited: hasWaited))
        }
        serveOwed()
    }

    /// Redis is followed live now. Clients that wait for this get what they missed.
    func answerWaiting() {
        for id in state.audiences.waiting { comesBack(id, hasWaited: true) }
    }

    /// Sends what the client missed, or a snapshot if that is smaller or if not everything is here any more.
    func resume(_ id: String) {
        let pause = pauses.removeValue(forKey: id)
        if case .missed(let seq) = state.resumed(id) {
            if sendEmissions(to: id, after: seq) { return }
            if let pause, sendSamples(to: id, since: pause) { return }
        }
        serveOwed()
    }

    /// Sends the next one in the line what it missed. If that is not possible, the client is owed the window.
    ///
    /// - Returns: false if nobody is in the line any more.
    func answerNextReturning() -> Bool {
        while let next = returning.popFirst() {
            guard case .waiting(let since) = state.audiences.standing(of: next.id) else { continue }
            answer(next, since: since)
            return true
        }
        return false
    }

    private func answer(_ client: Returning, since: StreamPosition) {
        let (id, isLive) = (client.id, client.hasWaited || readiness.isLive)
        // Where an address comes back again and again, all of its clients get the same snapshot, when its budget allows.
        guard budgets.hasLeft(id, now: .now) else { return state.owes(id, .connect) }
        if case .emissions(let seq) = state.returning(id, isLive: isLive), sendEmissions(to: id, after: seq) { return }
        switch state.returning(id, isLive: isLive, isBeyondHistory: true) {
        case .notWaiting, .emissions: break
        case .window: if !sendSamples(to: id, since: since) { state.owes(id, .connect) }
        case .later(let wait):
            eventLoop.scheduleTask(in: wait) { self.assumeIsolated { $0.comesBack(id, hasWaited: true) } }
        }
    }

    /// Sends what this daemon has emitted after `seq`. Returns false if the client needs a snapshot.
    private func sendEmissions(to id: String, after seq: UInt64) -> Bool {
        guard let bytes = state.missedBytes(by: id, after: seq, maxBytes: snapshots.maxBytes()),
            isWorthSending(bytes, to: id)
        else { return false }
        return state.missed(by: id, after: seq, now: now).map { send($0, to: id) } ?? false
    }

    /// Sends the samples that came after the position of an earlier connection to any daemon. Returns false if it is
    /// not certain that nothing else has changed.
    private func sendSamples(to id: String, since: StreamPosition) -> Bool {
        guard let selection = state.audiences.selection(of: id) else { return false }
        pay(Cost.looking(keys: Cost.keys(keyCount, within: selection.bounds)), id)
        let (time, maxBytes) = (now, snapshots.maxBytes())
        let missed = assembler.assumeIsolated { assembler in
            assembler.missed(since: since, selection, now: time, maxBytes: maxBytes)
        }
        guard let missed, isWorthSending(missed.byteCount, to: id) else { return false }
        let (samples, marks) = assembler.assumeIsolated { $0.read(missed) }
        return send([state.missed(samples, of: selection, marks: marks, now: time)], to: id)
    }

    /// Whether what was missed is not longer than a snapshot. Nothing is read for that.
    private func isWorthSending(_ bytes: Int, to id: String) -> Bool {
        guard let selection = state.audiences.selection(of: id) else { return false }
        let maxBytes = snapshots.maxBytes()
        return state.areWorthSending(bytes) {
            pay(Cost.looking(keys: Cost.keys(keyCount, within: selection.bounds)), id)
            return assembler.assumeIsolated { $0.snapshotBytes(selection, maxBytes: maxBytes) }
        }
    }

    /// Sends events to one client, which pays for what it gets. Returns false if they are too long after all.
    private func send(_ events: [AudienceMessages.Event], to id: String) -> Bool {
        let size = events.reduce(0) { $0 + $1.arguments.reduce(0) { $0 + $1.count } }
        guard let socket = sockets[id], size <= snapshots.sizes.snapshot else { return false }
        pay(Cost.encoding(bytes: size), id)
        send(state.catchUp(id, with: events, now: now))
        keepAccount(of: size, for: socket)
        return true
    }
}
