import NIOCore
import SocketIOServer
import StreamAssembly

/// What a client has missed that paused or comes back: events again, or the samples of the window that it has not got.
extension MonitoringFeed {
    func welcome(_ id: String, isBeyondHistory: Bool = false) {
        switch state.returning(id, isLive: readiness.isLive, isBeyondHistory: isBeyondHistory) {
        case .notWaiting: serveOwed()
        case .emissions(let seq): if !sendEmissions(to: id, after: seq) { welcome(id, isBeyondHistory: true) }
        case .window: answer(id)
        case .later(let wait): eventLoop.scheduleTask(in: wait) { self.assumeIsolated { $0.answer(id) } }
        }
    }

    /// Redis is followed live now. Clients that wait for this get what they missed.
    func answerWaiting() {
        for id in state.audiences.waiting { answer(id) }
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

    /// Sends what a client missed that another daemon or an earlier run served. If that is not possible, it sends the
    /// window.
    private func answer(_ id: String) {
        guard case .waiting(let since) = state.audiences.standing(of: id) else { return }
        guard !sendSamples(to: id, since: since) else { return }
        state.owes(id, .connect)
        serveOwed()
    }

    /// Sends what this daemon has emitted after `seq`. Returns false if the client needs a snapshot.
    private func sendEmissions(to id: String, after seq: UInt64) -> Bool {
        state.missed(by: id, after: seq, now: now).map { send($0, to: id) } ?? false
    }

    /// Sends the samples that came after the position of an earlier connection to any daemon. Returns false if it is
    /// not certain that nothing else has changed.
    private func sendSamples(to id: String, since: StreamPosition) -> Bool {
        guard let selection = state.audiences.selection(of: id) else { return false }
        let time = now
        let missed = assembler.assumeIsolated { assembler in
            assembler.missed(since: since, selection, now: time).map { ($0, assembler.marks(selection)) }
        }
        guard let (samples, marks) = missed else { return false }
        return send([state.missed(samples, selection.part, marks: marks, now: time)], to: id)
    }

    /// Sends events to one client. Returns false if a snapshot is smaller.
    private func send(_ events: [AudienceMessages.Event], to id: String) -> Bool {
        let size = events.reduce(0) { $0 + $1.arguments.reduce(0) { $0 + $1.count } }
        pay(Cost.encoding(bytes: size), id)
        guard sockets[id] != nil, let selection = state.audiences.selection(of: id) else { return false }
        let maxBytes = snapshots.sizes.snapshot
        let isWorthIt = state.areWorthSending(size) {
            assembler.assumeIsolated { $0.snapshotBytes(selection, maxBytes: maxBytes) }
        }
        guard isWorthIt else { return false }
        send(state.catchUp(id, with: events, now: now))
        return true
    }
}
