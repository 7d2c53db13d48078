import NIOCore
import SocketIOServer

/// The books of the snapshots: how large the next may be, which are made and may be shared, how much of them clients
/// have not taken yet, and when the next may be made.
struct SnapshotDesk {
    typealias Instant = ContinuousClock.Instant

    /// How large what is sent may be, in bytes.
    struct Sizes: Sendable {
        /// A snapshot: clients exist that refuse messages above 4 MiB.
        var snapshot = 3_500_000
        /// All snapshots together that clients have not taken yet.
        var untaken = 16 << 20
        /// A snapshot where these are as large already.
        var smallSnapshot = 192 << 10
        /// With more keys a small one has no marks, which would take more than its samples.
        var markedKeys = 500
    }

    /// What a snapshot is to be like.
    struct Order: Equatable {
        let group: Audiences.Group
        let maxBytes: Int
        /// Whether it tells the marks of its keys.
        let isMarked: Bool
    }

    /// How long one is shared: its `meta.now` has to be about true, and samples leave the window by age.
    private static let shelfLife = Duration.milliseconds(250)

    let sizes: Sizes
    private var shelf: [(order: Order, event: EncodedEvent, at: Instant)] = []
    private var shelfSeq: UInt64 = 0
    private var restsUntil: Instant?
    private var isScheduled = false
    private var waiting: Set<String> = []
    private var sent: [Int: (bytes: Int, receivers: Int)] = [:]
    private var lastSent = 0
    /// Bytes of the snapshots that some client has not taken yet; those that several share count once.
    private(set) var untaken = 0

    init(sizes: Sizes = Sizes()) {
        self.sizes = sizes
    }

    // MARK: Made once

    /// - Parameter keys: how many there are in the window.
    func order(_ group: Audiences.Group, keys: Int) -> Order {
        let maxBytes = untaken + sizes.snapshot > sizes.untaken ? sizes.smallSnapshot : sizes.snapshot
        let isMarked = maxBytes > sizes.smallSnapshot || keys <= sizes.markedKeys
        return Order(group: group, maxBytes: maxBytes, isMarked: isMarked)
    }

    /// The snapshot that was made for others who are owed the same.
    mutating func made(_ order: Order, seq: UInt64, now: Instant) -> EncodedEvent? {
        if shelfSeq != seq { shelf = [] }
        shelfSeq = seq
        shelf.removeAll { now - $0.at > Self.shelfLife }
        return shelf.first {
            $0.order.group.selection == order.group.selection && $0.order.group.reason == order.group.reason
                && $0.order.maxBytes == order.maxBytes && $0.order.isMarked == order.isMarked
        }?.event
    }

    /// Keeps few: who comes later than a moment needs another.
    mutating func keep(_ event: EncodedEvent, for order: Order, seq: UInt64, now: Instant) {
        guard seq == shelfSeq else { return }
        if shelf.count >= 4 { shelf.removeFirst() }
        shelf.append((order, event, now))
    }

    // MARK: Not taken yet

    /// - Returns: what ``taken(_:)`` wants to hear once for each receiver.
    mutating func sent(_ event: EncodedEvent, to receivers: Int) -> Int {
        lastSent += 1
        sent[lastSent] = (event.byteCount, receivers)
        untaken += event.byteCount
        return lastSent
    }

    mutating func taken(_ number: Int) {
        guard let entry = sent[number] else { return }
        sent[number]?.receivers -= 1
        guard entry.receivers == 1 else { return }
        sent[number] = nil
        untaken -= entry.bytes
    }

    // MARK: Time

    /// How long it rests yet, after the last one was made.
    func rest(now: Instant) -> TimeAmount? {
        guard let restsUntil, restsUntil > now else { return nil }
        return TimeAmount(restsUntil - now)
    }

    mutating func ended(began: Instant, now: Instant) {
        restsUntil = now + (now - began) * 2
    }

    /// Whether somebody has to be told to come back: nobody comes yet.
    mutating func schedules() -> Bool {
        defer { isScheduled = true }
        return !isScheduled
    }

    mutating func comes() { isScheduled = false }

    /// False where the client is waited for already.
    mutating func beginsToWait(_ id: String) -> Bool { waiting.insert(id).inserted }

    mutating func endsToWait(_ id: String) { waiting.remove(id) }
}
