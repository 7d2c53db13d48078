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
        /// Of what is handed to clients in one turn of the loop, however many are owed the same. Then others have theirs.
        var atOnce = 4 << 20
        /// The part of a snapshot's bytes that its marks may take. Where they would be more, it has none.
        var marksPart = 4
    }

    /// What a snapshot has to contain.
    struct Order: Equatable {
        let group: Audiences.Group
        let maxBytes: Int
        /// The most bytes of its marks; it has none where they would be more. Details come beside events that tell them.
        let marksBytes: Int

        /// Whether one snapshot serves both.
        fileprivate func asksForTheSame(as other: Order) -> Bool {
            group.selection == other.group.selection && group.reason == other.group.reason && maxBytes == other.maxBytes
        }
    }

    /// Bytes that are made once and sent to some.
    struct Piece {
        /// For ``SnapshotDesk/taken(_:)``.
        let number: Int
        let events: [EncodedEvent]

        var byteCount: Int { events.reduce(0) { $0 + $1.byteCount } }
    }

    /// A snapshot that was made.
    struct Made {
        let piece: Piece
        /// The last emission that it contains.
        let seq: UInt64
        /// What came behind it, up to an emission.
        var since: (seq: UInt64, piece: Piece)?

        /// The most bytes that may follow on it. With more, a new one costs less, and a client that takes its time over it
        /// would have less room for the changes that come then.
        var mostBytesSince: Int { min(piece.byteCount / 4, 128 << 10) }
    }

    /// How long a snapshot is shared. Not longer, because its `meta.now` has to be about right, and because samples
    /// leave the window by age.
    private static let shelfLife = Duration.milliseconds(250)
    /// The same of a large one, whatever has come since.
    private static let shelfLifeOfLarge = Duration.seconds(1)
    /// From this size on what has come since costs less than a new one. Who gets a smaller one gets all in one event.
    private static let largeBytes = 256 << 10

    let sizes: Sizes
    private var shelf: [(order: Order, made: Made, at: Instant)] = []
    private var restsUntil: Instant?
    private var isScheduled = false
    private var waiting: Set<String> = []
    private var sent: [Int: (bytes: Int, receivers: Int)] = [:]
    private var lastPiece = 0
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

    /// The newest snapshot that was made for others with the same order: at this emission, or before if it is large.
    mutating func made(_ order: Order, seq: UInt64, now: Instant) -> Made? {
        shelf.removeAll { now - $0.at > Self.shelfLifeOfLarge }
        return shelf.last { entry in
            guard entry.order.asksForTheSame(as: order) else { return false }
            if entry.made.piece.byteCount >= Self.largeBytes { return true }
            return entry.made.seq == seq && now - entry.at <= Self.shelfLife
        }?.made
    }

    /// It keeps only a few, because after a moment a new one is needed.
    mutating func keep(_ event: EncodedEvent, for order: Order, seq: UInt64, now: Instant) -> Made {
        let made = Made(piece: piece([event]), seq: seq)
        shelf.removeAll { $0.order.asksForTheSame(as: order) }
        if shelf.count >= 4 { shelf.removeFirst() }
        shelf.append((order, made, now))
        return made
    }

    /// Remembers what came behind a snapshot up to an emission, so that others who are served now get the same bytes.
    mutating func keep(since events: [EncodedEvent], upTo seq: UInt64, behind made: Made) -> Made {
        var made = made
        made.since = (seq, piece(events))
        if let index = shelf.firstIndex(where: { $0.made.piece.number == made.piece.number }) {
            shelf[index].made = made
        }
        return made
    }

    /// Those who get it now. The others wait for their next turn, and live events pass before.
    func receivers(of made: Made, among members: [Audiences.ID]) -> [Audiences.ID] {
        let bytes = made.piece.byteCount + (made.since?.piece.byteCount ?? 0)
        return Array(members.prefix(max(1, sizes.atOnce / max(1, bytes))))
    }

    private mutating func piece(_ events: [EncodedEvent]) -> Piece {
        lastPiece += 1
        return Piece(number: lastPiece, events: events)
    }

    // MARK: Not taken yet

    /// Other bytes are sent to one client.
    ///
    /// - Returns: the number for ``taken(_:)``.
    mutating func sent(_ bytes: Int) -> Int {
        lastPiece += 1
        sent(bytes, number: lastPiece, to: 1)
        return lastPiece
    }

    /// Call ``taken(_:)`` once for each receiver and piece.
    mutating func sent(_ piece: Piece, to receivers: Int) {
        if receivers > 0 { sent(piece.byteCount, number: piece.number, to: receivers) }
    }

    private mutating func sent(_ bytes: Int, number: Int, to receivers: Int) {
        if sent[number] == nil { untaken += bytes }
        sent[number, default: (bytes, 0)].receivers += receivers
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
