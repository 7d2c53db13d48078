import Logging
import NIOCore
import SocketIOServer
import StreamAssembly

/// The work that clients ask for, and its cost.
extension MonitoringFeed {
    // MARK: Budgets

    /// Charges the least cost of a client's event, before the event is looked at.
    func charge(_ id: String, _ request: Cost.Request) -> WorkBudget.Verdict {
        let now = ContinuousClock.now
        let hasRoom = request.isShort ? answers.hasRoomForShort(id) : answers.hasRoom(id)
        let keys = Cost.keys(keyCount, within: state.audiences.selection(of: id)?.bounds)
        let verdict =
            hasRoom ? budgets.ask(Cost.of(request, keys: keys), of: id, now: now) : budgets.refuse(id, now: now)
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

    // MARK: Answers

    /// The most bytes that the next answer may have.
    var answerBytes: Int {
        let most = snapshots.sizes.snapshot
        return snapshots.maxBytes(underWay: seriesDesk.bytesUnderWay) < most ? UntakenAnswers.bytesAtMost : most
    }

    /// A client is sent an answer of that many bytes.
    func answered(_ id: String, bytes: Int) {
        guard let socket = sockets[id] else { return }
        answers.sent(bytes, to: id)
        socket.whenClear { self.assumeIsolated { $0.answers.taken(bytes, by: id) } }
        keepAccount(of: bytes, for: socket)
    }

    /// What is large counts with the snapshots until the client has taken it.
    func keepAccount(of bytes: Int, for socket: Socket) {
        guard bytes > UntakenAnswers.bytesAtMost else { return }
        let untaken = snapshots.sent(bytes)
        socket.whenClear { self.assumeIsolated { $0.snapshots.taken(untaken) } }
    }

    // MARK: Comparing

    /// Compares the names of all keys with the patterns of a selection, which remembers the answers. It does a slice at
    /// a time and rests for as long, so that nobody else has to wait. Until it is done, the client gets no snapshot.
    func compare(
        _ selection: Selection, for id: String, then: @escaping @Sendable (isolated MonitoringFeed) -> Void
    ) {
        let keys = keyCount
        guard selection.isDear || selection.patterns * keys > Comparisons.slice else { return then(self) }
        pay(Cost.comparing(selection, keys: Cost.keys(keys, within: selection.bounds)), id)
        comparisons.began(for: id)
        compare(after: nil, selection, for: id, then: then)
    }

    /// - Parameter name: the last key that has been compared.
    private func compare(
        after name: String?, _ selection: Selection, for id: String,
        then: @escaping @Sendable (isolated MonitoringFeed) -> Void
    ) {
        guard comparisons.areUnderWay(for: id) else { return }
        let began = ContinuousClock.now
        let limit = min(Comparisons.keysOfSlice, max(1, Comparisons.slice / selection.patterns))
        let (keys, end) = assembler.assumeIsolated { $0.keys(.all, after: name, limit: limit) }
        var (count, steps, last) = (0, 0, end)
        for key in keys {
            _ = selection.matches(host: key.host, probe: key.probe)
            if selection.bounds?.allow(host: key.host, probe: key.probe) ?? true { count += 1 }
            steps += selection.takeWork()
            guard steps >= Comparisons.sliceSteps else { continue }
            last = key.key
            break
        }
        pay(Cost.comparing(steps: steps, paid: Cost.comparing(selection, keys: count)), id)
        guard let last else {
            comparisons.ended(for: id)
            return then(self)
        }
        // What is due at once comes before what sockets bring.
        eventLoop.scheduleTask(in: TimeAmount(ContinuousClock.now - began)) {
            self.assumeIsolated { $0.compare(after: last, selection, for: id, then: then) }
        }
    }
}

/// The clients for which selections are being compared with the names of keys.
struct Comparisons {
    /// How many comparisons of names with patterns are made in one turn: a few milliseconds of work.
    static let slice = 20_000
    /// The same in steps of about a nanosecond, where names and patterns are long.
    static let sliceSteps = 2_000_000
    /// How many keys are looked up in one turn at most.
    static let keysOfSlice = 1024

    private var clients: [String: Int] = [:]

    func areUnderWay(for id: String) -> Bool { clients[id] != nil }

    mutating func began(for id: String) { clients[id, default: 0] += 1 }

    mutating func ended(for id: String) {
        guard let count = clients[id] else { return }
        clients[id] = count > 1 ? count - 1 : nil
    }

    /// If a client has left, its comparisons end without an answer.
    mutating func left(_ id: String) { clients[id] = nil }
}
