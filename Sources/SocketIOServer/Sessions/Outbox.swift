import DequeModule

/// What waits for one slow client, limited in bytes and packets.
///
/// Packets of the protocol itself always go in. Events follow their namespace's policy. If even protocol packets and
/// answers pile up to twice the limits, the client is disconnected, whatever the policy.
struct Outbox: Sendable {
    enum Kind: Sendable, Equatable {
        /// Open, ping, CONNECT and the like: never dropped.
        case control
        /// Answers, and events that expect one: never dropped, but counted.
        case reply
        case event(namespace: Int, OverflowPolicy)
        /// An event that is either sent at once or dropped.
        case volatile
    }

    enum EnqueueAction: Equatable {
        case queued
        /// Queued, after that many older events were dropped.
        case queuedAfterDropping(Int)
        /// Not queued, and that many events were dropped with it. The namespace needs a fresh state.
        case resyncBegan(dropped: Int)
        /// Not queued, because the namespace is being resynced.
        case refused
        case disconnect
    }

    private struct Entry {
        let packet: EncodedPacket
        let kind: Kind
    }

    private var entries: Deque<Entry> = []
    private var resyncing: [Int] = []
    private(set) var byteCount = 0
    private let maxBytes: Int
    private let maxPackets: Int
    /// The limit for events whose namespace is resynced, if it is lower than that for all.
    private let maxResyncBytes: Int
    /// Whether the largest waiting packet does not count for that. Between two polls a large state has to wait, or it
    /// could never be fetched.
    var sparesLargest = false

    init(maxBytes: Int, maxPackets: Int, maxResyncBytes: Int = .max) {
        self.maxBytes = maxBytes
        self.maxPackets = maxPackets
        self.maxResyncBytes = maxResyncBytes
    }

    var isEmpty: Bool { entries.isEmpty }
    /// Whether nothing waits, and no namespace is resynced.
    var isIdle: Bool { entries.isEmpty && resyncing.isEmpty }
    var count: Int { entries.count }

    /// Whether one more packet would be above the limits. A single packet may have any size.
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

    /// The namespaces that need a fresh state, each once. Ask when the client has taken everything.
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
        // Only packets that may not be dropped are left, so the new event is dropped instead.
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

/// What happens when more is waiting for a slow client than its outbox may hold.
public enum OverflowPolicy: Sendable, Equatable {
    /// The client is disconnected.
    case disconnect
    /// The oldest waiting events are dropped.
    case dropOldest
    /// All waiting events of the namespace are dropped, and further ones too. Once the client has caught up,
    /// ``Socket/onDrained(_:)`` is called, so that the application can send a fresh state.
    case resync
}
