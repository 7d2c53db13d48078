import Logging
import NIOCore
import SocketIOServer
import StreamAssembly

/// What clients ask for, and what it costs.
extension MonitoringFeed {
    // MARK: Budgets

    /// What an event of a client costs at least, before it is looked at.
    func charge(_ id: String, _ request: Cost.Request) -> WorkBudget.Verdict {
        let now = ContinuousClock.now
        let verdict = budgets.ask(Cost.of(request, keys: keyCount), of: id, now: now)
        switch verdict {
        case .granted: break
        case .busy: counters.busy += 1
        case .excess:
            guard let socket = sockets[id] else { break }
            counters.excess += 1
            if let unlogged = excessLog.occurred(now: now) {
                logger.clientInExcess(socket.handshake.remoteAddress, unloggedBefore: unlogged)
            }
            socket.disconnect(close: true)
        }
        return verdict
    }

    func pay(_ units: Double, _ id: String) { budgets.pay(units, of: id, now: .now) }

    // MARK: Comparing

    /// Compares the names of all keys with the patterns of a selection, which remembers the answers: a slice at each
    /// turn of the loop, so that nobody else waits. Meanwhile the client gets no snapshot.
    func compare(
        _ selection: Selection, for id: String, then: @escaping @Sendable (isolated MonitoringFeed) -> Void
    ) {
        let keys = keyCount
        guard selection.patterns * keys > Comparisons.slice else { return then(self) }
        pay(Cost.comparing(selection, keys: keys), id)
        comparisons.began(for: id)
        compare(assembler.assumeIsolated { $0.keys(.all) }[...], selection, for: id, then: then)
    }

    private func compare(
        _ keys: ArraySlice<KeySummary>, _ selection: Selection, for id: String,
        then: @escaping @Sendable (isolated MonitoringFeed) -> Void
    ) {
        guard comparisons.areUnderWay(for: id) else { return }
        let slice = keys.prefix(max(1, Comparisons.slice / selection.patterns))
        for key in slice { _ = selection.matches(host: key.host, probe: key.probe) }
        let rest = keys.dropFirst(slice.count)
        guard rest.isEmpty else {
            return eventLoop.execute { self.assumeIsolated { $0.compare(rest, selection, for: id, then: then) } }
        }
        comparisons.ended(for: id)
        then(self)
    }
}

/// For whom selections are being compared with the names of keys.
struct Comparisons {
    /// Names that are compared with patterns in one turn: a few milliseconds.
    static let slice = 20_000

    private var clients: [String: Int] = [:]

    func areUnderWay(for id: String) -> Bool { clients[id] != nil }

    mutating func began(for id: String) { clients[id, default: 0] += 1 }

    mutating func ended(for id: String) {
        guard let count = clients[id] else { return }
        clients[id] = count > 1 ? count - 1 : nil
    }

    /// What is under way for a client that has gone ends without an answer.
    mutating func left(_ id: String) { clients[id] = nil }
}
