import KeyspaceFollower
import NIOCore

/// How long the stations of a change take, from its event in Redis to the wire, and how often changes wait for each other.
/// A value that ``MonitoringFeed`` tells what happens and when.
struct FeedTimes: Sendable, Equatable {
    /// From an event of Redis until all replies to the reading that it asked for had come.
    private(set) var lag = Histogram()
    /// From the commands of a reading until all replies had come.
    private(set) var reading = Histogram()
    /// What it took to bring changes into the window.
    private(set) var applying = Histogram()
    /// From taking the gathered changes until the kernel had them for all clients that keep up.
    private(set) var flushing = Histogram()
    /// From the event of the oldest change of a flush until then.
    private(set) var emitting = Histogram()
    /// What it took to make a snapshot.
    private(set) var snapshots = Histogram()
    /// Flushes that had something for somebody.
    private(set) var flushes = 0
    /// Batches of changes that waited for an earlier flush and went out together.
    private(set) var conflations = 0

    /// When the event came that the next changes answer.
    private var heard: NIODeadline?
    /// The same of the oldest change that waits to be sent.
    private var waitsSince: NIODeadline?

    /// What a flush has to remember until it is on the wire.
    struct Flush: Sendable, Equatable {
        fileprivate let began: NIODeadline
        fileprivate let heard: NIODeadline
    }

    mutating func read(_ times: ReadingTimes) {
        heard = times.heard
        // Changes of the replication stream are not read.
        guard times.keys > 0 else { return }
        lag.record(times.answered - times.heard)
        reading.record(times.answered - times.asked)
    }

    /// - Parameter action: when the changes go out; nil if nobody gets them.
    mutating func applied(began: NIODeadline, ended: NIODeadline, _ action: FlushPolicy.ArrivalAction?) {
        applying.record(ended - began)
        defer { heard = nil }
        guard let action else { return }
        waitsSince = min(waitsSince ?? .distantFuture, heard ?? began)
        switch action {
        case .flush: break
        case .wait, .join: conflations += 1
        }
    }

    /// The gathered changes are taken.
    ///
    /// - Parameter isEmpty: whether nobody gets any: a client's change of standing had sent them before.
    mutating func flushBegins(isEmpty: Bool, now: NIODeadline) -> Flush? {
        defer { waitsSince = nil }
        if isEmpty { return nil }
        flushes += 1
        return Flush(began: now, heard: waitsSince ?? now)
    }

    mutating func onWire(_ flush: Flush, now: NIODeadline) {
        flushing.record(now - flush.began)
        emitting.record(now - flush.heard)
    }

    mutating func snapshotMade(in time: TimeAmount) { snapshots.record(time) }
}
