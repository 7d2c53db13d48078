import DequeModule

/// What waits for one slow client, bounded in bytes and packets.
///
/// Packets of the protocol itself always go in. Events obey their namespace's policy. A client that makes even
/// protocol packets and answers pile up to twice the bounds is to be let go, whatever the policy.
struct Outbox: Sendable {
    enum Kind: Sendable, Equatable {
        /// Open, ping, CONNECT and the like: never dropped.
        case control
        /// Answers, and events that expect one: never dropped, but they count.
        case reply
        case event(namespace: Int, OverflowPolicy)
        /// An event that is sent at once or not at all.
        case volatile
    }

    enum EnqueueAction: Equatable {
        case queued
        /// Queued, after as many older events were dropped.
        case queuedAfterDropping(Int)
        /// Not queued, and as many events were dropped with it: the namespace has to be sent afresh.
        case resyncBegan(dropped: Int)
        /// Not queued: the namespace is being resynced.
        case refused
        case disconnect
    }

    private struct Entry {
        let packet: EncodedPacket
        let kind: Kind
    }

    private let maxBytes: Int
    private let maxPackets: Int
    /// The bound for events whose namespace is resynced, where it is below that for all.
    private let maxResyncBytes: Int
    /// Whether the largest of what waits does not count for that: between two polls a large state has to wait, or it
    /// could never be fetched.
    var sparesLargest = false
    private var entries: Deque<Entry> = []
    private(set) var byteCount = 0
    private var resyncing: [Int] = []

    init(maxBytes: Int, maxPackets: Int, maxResyncBytes: Int = .max) {
        self.maxBytes = maxBytes
        self.maxPackets = maxPackets
        self.maxResyncBytes = maxResyncBytes
    }

    var isEmpty: Bool { entries.isEmpty }
    var count: Int { entries.count }

    /// Whether one more packet passes the bounds; a packet alone may be as large as it likes.
    func overflows(with packet: EncodedPacket, _ kind: Kind) -> Bool {
        guard !entries.isEmpty else { return false }
        let bytes = byteCount + packet.byteCount
        guard bytes <= maxBytes, entries.count < maxPackets else { return true }
        guard kind.isResynced, bytes > maxResyncBytes else { return false }
        return !sparesLargest || bytes - largest(packet.byteCount) > maxResyncBytes
    }

    func isResyncing(_ namespace: Int) -> Bool { resyncing.contains(namespace) }

    mutating func enqueue(_ packet: EncodedPacket, _ kind: Kind) -> EnqueueAction {
        switch kind {
        case .control, .reply:
            guard byteCount <= 2 * maxBytes, entries.count < 2 * maxPackets else { return .disconnect }
            return append(packet, kind)
        case .volatile:
            return isEmpty ? append(packet, kind) : .refused
        case .event(let namespace, let policy):
            if isResyncing(namespace) { return .refused }
            guard overflows(with: packet, kind) else { return append(packet, kind) }
            switch policy {
            case .disconnect: return .disconnect
            case .dropOldest: return dropOldest(for: packet, kind)
            case .resync:
                resyncing.append(namespace)
                return .resyncBegan(dropped: 1 + dropEvents(of: namespace))
            }
        }
    }

    /// The next packet to write.
    mutating func popFirst() -> EncodedPacket? {
        guard let entry = entries.popFirst() else { return nil }
        byteCount -= entry.packet.byteCount
        return entry.packet
    }

    /// The namespaces to send afresh, once: to be asked when the client has taken everything.
    mutating func takeResyncs() -> [Int] {
        guard entries.isEmpty, !resyncing.isEmpty else { return [] }
        defer { resyncing = [] }
        return resyncing
    }

    mutating func removeAll() {
        entries = []
        byteCount = 0
        resyncing = []
    }

    private func largest(_ bytes: Int) -> Int { entries.reduce(bytes) { max($0, $1.packet.byteCount) } }

    private mutating func append(_ packet: EncodedPacket, _ kind: Kind) -> EnqueueAction {
        entries.append(Entry(packet: packet, kind: kind))
        byteCount += packet.byteCount
        return .queued
    }

    private mutating func dropOldest(for packet: EncodedPacket, _ kind: Kind) -> EnqueueAction {
        var dropped = 0
        while overflows(with: packet, kind), let index = entries.firstIndex(where: { $0.kind.isDroppable }) {
            byteCount -= entries.remove(at: index).packet.byteCount
            dropped += 1
        }
        // Only what may not be dropped is left: the new event has to go instead.
        guard !overflows(with: packet, kind) else { return .refused }
        _ = append(packet, kind)
        return .queuedAfterDropping(dropped)
    }

    private mutating func dropEvents(of namespace: Int) -> Int {
        let before = entries.count
        entries.removeAll { entry in
            guard case .event(namespace, _) = entry.kind else { return false }
            return true
        }
        byteCount = entries.reduce(0) { $0 + $1.packet.byteCount }
        return before - entries.count
    }
}

extension Outbox.Kind {
    fileprivate var isDroppable: Bool {
        if case .event(_, .dropOldest) = self { true } else { false }
    }

    fileprivate var isResynced: Bool {
        if case .event(_, .resync) = self { true } else { false }
    }
}

/// What happens when more waits for a slow client than its outbox may hold.
public enum OverflowPolicy: Sendable, Equatable {
    /// The client is let go.
    case disconnect
    /// The oldest waiting events make room.
    case dropOldest
    /// All waiting events of the namespace are dropped and further ones refused; once the client has caught up,
    /// ``Socket/onDrained(_:)`` is called so that a fresh state can be sent.
    case resync
}
