import DequeModule
import StreamAssembly

/// The rules of who is sent what, as a value: the clients, their selections, and their standing.
///
/// A client either gets each change; or it is owed one snapshot of its latest selection; or it waits or pauses, and
/// gets nothing.
struct Audiences {
    typealias ID = String

    /// The standing of a client.
    enum Standing: Equatable {
        /// It gets every change.
        case told
        /// It waits for what it missed since this position of an earlier connection, until that can be known.
        case waiting(since: StreamPosition)
        /// It pauses, and knows everything up to this `seq`.
        case paused(since: UInt64)
        /// It pauses, and its state is unknown: it selected something else, or events for it were dropped.
        case pausedUnknown
        /// It gets a snapshot in place of what it was not told, as soon as it can take it.
        case owed(Meta.Reason)

        var isPaused: Bool {
            switch self {
            case .paused, .pausedUnknown: true
            case .told, .waiting, .owed: false
            }
        }
    }

    /// What a client gets when it comes back from a pause.
    enum Resumption: Equatable {
        /// It did not pause.
        case nothing
        /// What was emitted after `seq`, or a snapshot.
        case missed(after: UInt64)
        /// It is owed a snapshot now.
        case snapshot
    }

    /// Clients that are owed the same snapshot.
    struct Group: Equatable {
        let selection: Selection
        let reason: Meta.Reason
        let members: [ID]
    }

    private struct Client {
        var selection: Selection
        var standing: Standing
    }

    private var clients: [ID: Client] = [:]
    /// The clients that get changes, by selection. The depth does not matter here, only for snapshots.
    private var told: [Selection: Set<ID>] = [:]
    /// The clients that are owed a snapshot, by selection.
    private var owed: [Selection: Set<ID>] = [:]
    /// The selections whose snapshots are owed; the one that waits longest comes first. Settled ones stay until their
    /// turn comes.
    private var turn: Deque<Selection> = []
    private let matches: MatchTable

    /// - Parameter matches: remembers which names the selections want.
    init(matches: MatchTable = MatchTable()) {
        self.matches = matches
    }

    var count: Int { clients.count }
    var ids: some Collection<ID> { clients.keys }
    /// Whether any client gets changes.
    var isAnyoneTold: Bool { !told.isEmpty }
    var isAnyoneOwed: Bool { !owed.isEmpty }

    /// The clients that get changes, by selection.
    var audiences: some Sequence<(selection: Selection, members: Set<ID>)> {
        told.lazy.map { (selection: $0.key, members: $0.value) }
    }

    /// The clients that wait for what they missed.
    var waiting: [ID] {
        clients.compactMap { if case .waiting = $0.value.standing { $0.key } else { nil } }
    }

    func standing(of id: ID) -> Standing? { clients[id]?.standing }

    func selection(of id: ID) -> Selection? { clients[id]?.selection }

    /// The equal selection of another client, if there is one, so that both share what it remembers.
    func known(_ selection: Selection) -> Selection {
        let patterns = selection.with(depth: 1)
        if let index = told.index(forKey: patterns) { return told[index].key.with(depth: selection.depth) }
        if let index = owed.index(forKey: selection) { return owed[index].key }
        return selection.remembering(in: matches)
    }

    // MARK: What clients do

    /// A client has come. It gets a snapshot, or what it missed.
    mutating func joined(_ id: ID, _ selection: Selection, since: StreamPosition? = nil) {
        clients[id] = Client(selection: known(selection), standing: .pausedUnknown)
        set(id, since.map(Standing.waiting) ?? .owed(.connect))
    }

    mutating func left(_ id: ID) {
        set(id, .pausedUnknown)
        clients[id] = nil
    }

    /// The client selects something else.
    mutating func subscribed(_ id: ID, _ selection: Selection) {
        guard let client = clients[id] else { return }
        set(id, .pausedUnknown)
        let known = known(selection)
        clients[id]?.selection = known
        if !client.standing.isPaused { set(id, .owed(.subscribe)) }
    }

    /// - Parameter seq: the last emission that was sent.
    mutating func paused(_ id: ID, seq: UInt64) {
        switch clients[id]?.standing {
        case .told: set(id, .paused(since: seq))
        case .waiting, .owed: set(id, .pausedUnknown)
        case .paused, .pausedUnknown, nil: break
        }
    }

    mutating func resumed(_ id: ID) -> Resumption {
        switch clients[id]?.standing {
        case .paused(let seq):
            set(id, .owed(.resume))
            return .missed(after: seq)
        case .pausedUnknown:
            set(id, .owed(.resume))
            return .snapshot
        case .told, .waiting, .owed, nil: return .nothing
        }
    }

    /// Events for the client were dropped.
    mutating func lost(_ id: ID) {
        switch clients[id]?.standing {
        case .told: set(id, .owed(.resync))
        case .paused: set(id, .pausedUnknown)
        case .waiting, .pausedUnknown, .owed, nil: break
        }
    }

    // MARK: What they are sent

    /// The client knows everything that was emitted: a snapshot, or what it missed, is being sent.
    mutating func caughtUp(_ id: ID) {
        switch clients[id]?.standing {
        case .waiting, .owed: set(id, .told)
        case .told, .paused, .pausedUnknown, nil: break
        }
    }

    /// It is not possible to tell the client what it missed.
    mutating func owes(_ id: ID, _ reason: Meta.Reason) {
        switch clients[id]?.standing {
        case .told, .waiting: set(id, .owed(reason))
        case .owed, .paused, .pausedUnknown, nil: break
        }
    }

    /// The clients for the next snapshot, of those that may get one now.
    ///
    /// Selections take turns. If the members of one may not get a snapshot yet, it goes to the end.
    mutating func nextOwed(where mayGet: (ID) -> Bool) -> Group? {
        for _ in 0..<turn.count {
            guard let selection = turn.popFirst(), let members = owed[selection] else { continue }
            turn.append(selection)
            let ready = members.filter(mayGet)
            guard let first = ready.first, case .owed(let reason) = clients[first]?.standing else { continue }
            return Group(
                selection: selection, reason: reason,
                members: ready.filter { clients[$0]?.standing == .owed(reason) })
        }
        return nil
    }

    // MARK: Books

    private mutating func set(_ id: ID, _ standing: Standing) {
        guard let client = clients[id] else { return }
        switch client.standing {
        case .told: take(id, outOf: client.selection.with(depth: 1))
        case .owed: settle(id, client.selection)
        case .waiting, .paused, .pausedUnknown: break
        }
        switch standing {
        case .told: told[client.selection.with(depth: 1), default: []].insert(id)
        case .owed:
            if owed[client.selection] == nil { turn.append(client.selection) }
            owed[client.selection, default: []].insert(id)
        case .waiting, .paused, .pausedUnknown: break
        }
        clients[id]?.standing = standing
    }

    private mutating func take(_ id: ID, outOf selection: Selection) {
        told[selection]?.remove(id)
        if told[selection]?.isEmpty == true { told[selection] = nil }
    }

    private mutating func settle(_ id: ID, _ selection: Selection) {
        owed[selection]?.remove(id)
        guard owed[selection]?.isEmpty == true else { return }
        owed[selection] = nil
        guard turn.count > 2 * owed.count + 64 else { return }
        var seen: Set<Selection> = []
        turn.removeAll { owed[$0] == nil || !seen.insert($0).inserted }
    }
}
