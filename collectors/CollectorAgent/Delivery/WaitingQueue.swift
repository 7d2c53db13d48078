internal import DequeModule

/// The samples that wait for one Redis: oldest first, limited by bytes and age. They are in the spool if there is one,
/// else in memory.
///
/// If the spool cannot take samples (a full disk), they stay in memory within the same limits, and move to the spool as
/// soon as possible. Not safe to share between threads. Times are nanoseconds of a clock that is never set.
final class WaitingQueue {
    private enum Place {
        case memory(WaitingSample)
        case spool(SpoolPlace)
    }

    private struct Entry {
        var place: Place
        var size: Int
        /// For samples of an earlier run this is before the clock's zero.
        var keptNs: Int64
    }

    private let openSpool: (() throws(SpoolError) -> Spool)?
    private var spool: Spool?
    private var entries: Deque<Entry> = []
    /// The entries in memory are the last ones.
    private var inMemory = 0
    private var retryNs: Int64 = .min
    /// How much may wait. A smaller limit takes effect with the next sample.
    var limits: WaitingLimits
    private(set) var bytes = 0
    /// How many have left at the front, for any reason.
    private(set) var removed: UInt64 = 0
    /// Why the spool does not take samples now.
    private(set) var spoolFailure: SpoolError?
    /// Samples that were dropped since ``takeLosses()``, and those of the spool that could not be read back.
    private var losses: [WaitingSample] = []
    private var unreadable: [SpoolError] = []

    private static let retryIntervalNs: Int64 = 5_000_000_000

    /// Goes on with the samples that an earlier run left in the spool. Without `openSpool` all samples wait in memory.
    init(limits: WaitingLimits, openSpool: (() throws(SpoolError) -> Spool)?, nowNs: UInt64, nowEpochMs: Int64) {
        self.limits = limits
        self.openSpool = openSpool
        open(nowNs: Int64(clamping: nowNs), nowEpochMs: nowEpochMs)
        trim(nowNs: Int64(clamping: nowNs))
    }

    var count: Int { entries.count }

    func append(_ samples: [WaitingSample], nowNs: UInt64, nowEpochMs: Int64) {
        let now = Int64(clamping: nowNs)
        for sample in samples {
            entries.append(Entry(place: .memory(sample), size: sample.bytes.count, keptNs: now))
            bytes += sample.bytes.count
            inMemory += 1
        }
        tend(nowNs: nowNs, nowEpochMs: nowEpochMs)
    }

    /// Drops samples that are too old, and moves samples to the spool that it could not take before.
    func tend(nowNs: UInt64, nowEpochMs: Int64) {
        let now = Int64(clamping: nowNs)
        if spool == nil, now >= retryNs { open(nowNs: now, nowEpochMs: nowEpochMs) }
        trim(nowNs: now)
        writeMemory(nowNs: now)
    }

    /// The oldest samples: at most `bytes`, but at least one sample, and never more than 256.
    func first(bytes limit: Int) -> [WaitingSample] {
        var samples: [WaitingSample] = []
        var size = 0
        while samples.count < min(entries.count, 256) {
            let entry = entries[samples.count]
            size += entry.size
            if size > limit, !samples.isEmpty { break }
            switch entry.place {
            case .memory(let sample): samples.append(sample)
            case .spool(let place):
                do throws(SpoolError) {
                    guard let sample = try spool?.read(place) else { return samples }
                    samples.append(sample)
                } catch {
                    if !samples.isEmpty { return samples }
                    // If it cannot be read now, it never can.
                    unreadable.append(error)
                    removeFirst(1)
                    size = 0
                }
            }
        }
        return samples
    }

    /// Forgets the oldest samples, because Redis has them.
    func removeFirst(_ count: Int) {
        var last: SpoolPlace?
        for _ in 0..<min(count, entries.count) {
            if case .spool(let place)? = drop() { last = place }
        }
        release(last)
    }

    /// The samples that were dropped since the last call, oldest first.
    func takeLosses() -> (samples: [WaitingSample], unreadable: [SpoolError]) {
        defer { (losses, unreadable) = ([], []) }
        return (losses, unreadable)
    }

    /// Stops using the spool. Its samples stay for the next run.
    func close() {
        spool?.close()
    }

    private func open(nowNs: Int64, nowEpochMs: Int64) {
        guard let openSpool else { return }
        do throws(SpoolError) {
            let opened = try openSpool()
            spool = opened
            spoolFailure = nil
            unreadable += opened.takeUnreadable()
            // Older than everything that waits since this run began.
            for found in opened.takeRecovered().reversed() {
                let ageMs = min(max(0, nowEpochMs - found.epochMs), Int64.max / 4_000_000)
                let keptNs = nowNs - ageMs * 1_000_000
                entries.prepend(Entry(place: .spool(found.place), size: found.size, keptNs: keptNs))
                bytes += found.size
            }
        } catch {
            spoolFailure = error
            retryNs = nowNs + Self.retryIntervalNs
        }
    }

    private func trim(nowNs: Int64) {
        let oldest = nowNs - limits.ageMs * 1_000_000
        var last: SpoolPlace?
        while let first = entries.first, first.keptNs < oldest || (bytes > limits.bytes && entries.count > 1) {
            switch drop() {
            case .memory(let sample)?: losses.append(sample)
            case .spool(let place)?:
                do throws(SpoolError) {
                    if let sample = try spool?.read(place) { losses.append(sample) }
                } catch {
                    unreadable.append(error)
                }
                last = place
            case nil: break
            }
        }
        release(last)
    }

    private func drop() -> Place? {
        guard let entry = entries.popFirst() else { return nil }
        bytes -= entry.size
        removed += 1
        if case .memory = entry.place { inMemory -= 1 }
        return entry.place
    }

    private func release(_ place: SpoolPlace?) {
        guard let place else { return }
        spool?.release(through: place)
    }

    private func writeMemory(nowNs: Int64) {
        guard let spool, inMemory > 0, nowNs >= retryNs else { return }
        do throws(SpoolError) {
            while inMemory > 0 {
                let index = entries.count - inMemory
                guard case .memory(let sample) = entries[index].place else { return }
                entries[index].place = .spool(try spool.append(sample))
                inMemory -= 1
            }
            spoolFailure = nil
        } catch {
            spoolFailure = error
            retryNs = nowNs + Self.retryIntervalNs
        }
    }
}

/// The most that may wait for one Redis. Beyond either limit the oldest samples are dropped.
package struct WaitingLimits: Sendable, Equatable {
    package var bytes: Int
    package var ageMs: Int64

    package init(bytes: Int = 64 << 20, ageMs: Int64 = 600_000) {
        self.bytes = bytes
        self.ageMs = ageMs
    }
}

/// A sample as Redis gets it: the arguments of `ZADD`, byte for byte.
package struct WaitingSample: Sendable, Equatable {
    package var key: String
    package var epochMs: Int64
    /// How many samples of the key were lost before this one, as its bytes say. If this one is lost too, they count
    /// again.
    package var lost: UInt32
    package var bytes: [UInt8]

    package init(key: String, epochMs: Int64, lost: UInt32 = 0, bytes: [UInt8]) {
        self.key = key
        self.epochMs = epochMs
        self.lost = lost
        self.bytes = bytes
    }
}
