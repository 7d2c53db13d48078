import NIOCore
import SocketIOServer
import StreamAssembly

/// What a client that paused or comes back has missed: the events again, or the samples of the window that it has not.
extension MonitoringFeed {
    func welcome(_ id: String, isBeyondHistory: Bool = false) {
        switch state.returning(id, isLive: readiness.isLive, isBeyondHistory: isBeyondHistory) {
        case .notWaiting: serveOwed()
        case .emissions(let seq): if !sendEmissions(to: id, after: seq) { welcome(id, isBeyondHistory: true) }
        case .window: answer(id)
        case .later(let wait): eventLoop.scheduleTask(in: wait) { self.assumeIsolated { $0.answer(id) } }
        }
    }

    /// Redis is followed live: those who wait for it are told what they missed.
    func answerWaiting() {
        for id in state.audiences.waiting { answer(id) }
    }

    /// Sends what was missed; a snapshot where that is smaller or not everything is at hand.
    func resume(_ id: String) {
        if case .missed(let seq) = state.resumed(id), sendEmissions(to: id, after: seq) { return }
        serveOwed()
    }

    /// Sends what a client missed that another daemon served, or an earlier run of this one; else the window.
    private func answer(_ id: String) {
        guard case .waiting(let since) = state.audiences.standing(of: id) else { return }
        guard !sendSamples(to: id, since: since) else { return }
        state.owes(id, .connect)
        serveOwed()
    }

    /// False where a snapshot has to stand for what this daemon has emitted after `seq`.
    private func sendEmissions(to id: String, after seq: UInt64) -> Bool {
        state.missed(by: id, after: seq, now: now).map { send($0, to: id) } ?? false
    }

    /// Sends the samples that came after the position of an earlier connection, to whichever daemon that was; false
    /// where it cannot be shown that there was nothing else.
    private func sendSamples(to id: String, since: StreamPosition) -> Bool {
        guard let selection = state.audiences.selection(of: id) else { return false }
        let time = now
        let missed = assembler.assumeIsolated { assembler in
            assembler.missed(since: since, selection, now: time).map { ($0, assembler.marks(selection)) }
        }
        guard let (samples, marks) = missed else { return false }
        return send([state.missed(samples, marks: marks, now: time)], to: id)
    }

    /// Sends events to one client; false where a snapshot is smaller.
    private func send(_ events: [AudienceMessages.Event], to id: String) -> Bool {
        let size = events.reduce(0) { $0 + $1.arguments.reduce(0) { $0 + $1.count } }
        pay(Cost.encoding(bytes: size), id)
        guard sockets[id] != nil, let selection = state.audiences.selection(of: id) else { return false }
        let maxBytes = snapshots.sizes.snapshot
        let isWorthIt = state.areWorthSending(size) {
            assembler.assumeIsolated { $0.snapshot(selection, maxBytes: maxBytes) }.byteCount
        }
        guard isWorthIt else { return false }
        send(state.catchUp(id, with: events, now: now))
        return true
    }
}
