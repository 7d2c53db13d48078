import NIOCore
import SocketIOServer
import StreamAssembly

/// Keeps account of snapshots, and of what else is as large: how large the next one may be, which ones can be shared, how
/// many bytes clients have not taken yet, and when the next one may be made.
struct SnapshotDesk {
    typealias Instant = ContinuousClock.Instant

    /// The most bytes of snapshots.
    struct Sizes: Sendable {
        /// Of one snapshot. Some clients refuse messages above 4 MiB.
        var snapshot = 3_500_000
        /// Of all snapshots together that clients have not taken yet.
        var untaken = 16 << 20
        /// Of one snapshot if that total is reached.
        var smallSnapshot = 192 << 10
        /// The part of a snapshot's bytes that its marks may take. Where they would be more, it has none.
        var marksPart = 4
    }

    /// What a snapshot has to contain.
    struct Order: Equatable {
        let group: Audiences.Group
        let maxBytes: Int
        /// The most bytes of its marks; it has none where they would be more. Details come beside events that tell them.
        let marksBytes: Int
    }

    /// How long a snapshot is shared. Not longer, because its `meta.now` has to be about right, and because samples
    /// leave the window by age.
    private static let shelfLife = Duration.milliseconds(250)

    let sizes: Sizes
    private var shelf: [(order: Order, event: EncodedEvent, at: Instant)] = []
    private var shelfSeq: UInt64 = 0
    private var restsUntil: Instant?
    private var isScheduled = false
    private var waiting: Set<String> = []
    private var sent: [Int: (bytes: Int, receivers: Int)] = [:]
    private var lastSent = 0
    /// The bytes of snapshots that some client has not taken yet. A shared snapshot counts once.
    private(set) var untaken = 0

    init(sizes: Sizes = Sizes()) {
        self.sizes = sizes
    }

    // MARK: Made once

    /// The most bytes of the next one.
    ///
    /// - Parameter underWay: bytes that are going to be sent.
    func maxBytes(underWay: Int = 0) -> Int {
        untaken + underWay + sizes.snapshot > sizes.untaken ? sizes.smallSnapshot : sizes.snapshot
    }

    func order(_ group: Audiences.Group) -> Order {
        let maxBytes = maxBytes()
        return Order(
            group: group, maxBytes: maxBytes,
            marksBytes: group.selection.part == .details ? 0 : maxBytes / sizes.marksPart)
    }

    /// A snapshot that was made for others with the same order.
    mutating func made(_ order: Order, seq: UInt64, now: Instant) -> EncodedEvent? {
        if shelfSeq != seq { shelf = [] }
        shelfSeq = seq
        shelf.removeAll { now - $0.at > Self.shelfLife }
        return shelf.first {
            $0.order.group.selection == order.group.selection && $0.order.group.reason == order.group.reason
                && $0.order.maxBytes == order.maxBytes
        }?.event
    }

    /// It keeps only a few, because after a moment a new one is needed.
    mutating func keep(_ event: EncodedEvent, for order: Order, seq: UInt64, now: Instant) {
        guard seq == shelfSeq else { return }
        if shelf.count >= 4 { shelf.removeFirst() }
        shelf.append((order, event, now))
    }

    // MARK: Not taken yet

    /// - Returns: the number for ``taken(_:)``. Call that once for each receiver.
    mutating func sent(_ bytes: Int, to receivers: Int) -> Int {
        lastSent += 1
        sent[lastSent] = (bytes, receivers)
        untaken += bytes
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

    /// How long it still has to rest after the last snapshot.
    func rest(now: Instant) -> TimeAmount? {
        guard let restsUntil, restsUntil > now else { return nil }
        return TimeAmount(restsUntil - now)
    }

    mutating func ended(began: Instant, now: Instant) {
        restsUntil = now + (now - began) * 2
    }

    /// Whether the caller has to schedule the next look: none is scheduled yet.
    mutating func schedules() -> Bool {
        defer { isScheduled = true }
        return !isScheduled
    }

    mutating func comes() { isScheduled = false }

    /// False if somebody is waiting for the client already.
    mutating func beginsToWait(_ id: String) -> Bool { waiting.insert(id).inserted }

    mutating func endsToWait(_ id: String) { waiting.remove(id) }
}
