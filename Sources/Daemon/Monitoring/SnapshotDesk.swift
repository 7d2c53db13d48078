import NIOCore
import SocketIOServer

/// The books of the snapshots: which are made and may be shared, how much of them clients have not taken yet, and when
/// the next may be made.
struct SnapshotDesk {
    typealias Instant = ContinuousClock.Instant

    /// How long one is shared: its `meta.now` has to be about true, and samples leave the window by age.
    private static let shelfLife = Duration.milliseconds(250)

    private var shelf: [(group: Audiences.Group, maxBytes: Int, event: EncodedEvent, at: Instant)] = []
    private var shelfSeq: UInt64 = 0
    private var restsUntil: Instant?
    private var isScheduled = false
    private var waiting: Set<String> = []
    private var sent: [Int: (bytes: Int, receivers: Int)] = [:]
    private var lastSent = 0
    /// Bytes of the snapshots that some client has not taken yet; those that several share count once.
    private(set) var untaken = 0

    // MARK: Made once

    /// The snapshot that was made for others who are owed the same.
    mutating func made(_ group: Audiences.Group, seq: UInt64, maxBytes: Int, now: Instant) -> EncodedEvent? {
        if shelfSeq != seq { shelf = [] }
        shelfSeq = seq
        shelf.removeAll { now - $0.at > Self.shelfLife }
        return shelf.first {
            $0.group.selection == group.selection && $0.group.reason == group.reason && $0.maxBytes == maxBytes
        }?.event
    }

    /// Keeps few: who comes later than a moment needs another.
    mutating func keep(_ event: EncodedEvent, _ group: Audiences.Group, seq: UInt64, maxBytes: Int, now: Instant) {
        guard seq == shelfSeq else { return }
        if shelf.count >= 4 { shelf.removeFirst() }
        shelf.append((group, maxBytes, event, now))
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
