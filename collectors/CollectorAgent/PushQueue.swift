package import Probes

/// The samples on their way to Redis, oldest first: bounded, sent in order, kept until Redis has them.
///
/// Decides alone; the pusher performs. Nothing is lost while Redis is away until a bound is passed: then the oldest are
/// dropped and counted.
package struct PushQueue: Sendable {
    private struct Entry: Sendable {
        var number: UInt64
        var sample: EncodedSample
        /// Redis may have it already: from now on its bytes must not change.
        var wasAttempted = false
    }

    package let policy: PushPolicy
    /// Samples that gave way to newer ones.
    package private(set) var dropped: UInt64 = 0
    /// Samples that Redis will never take.
    package private(set) var refused: UInt64 = 0
    package private(set) var stored: UInt64 = 0
    package private(set) var bytes = 0
    private var entries: [Entry] = []
    private var nextNumber: UInt64 = 0
    private var storedByProbe: [String: UInt64] = [:]

    /// More than this is never sent at once, so that a deadline is about the connection, not about the amount.
    private static let batchSamples = 64
    private static let batchBytes = 1024 * 1024

    package init(policy: PushPolicy) {
        self.policy = policy
    }

    package var count: Int { entries.count }

    package mutating func append(_ sample: EncodedSample) {
        entries.append(Entry(number: nextNumber, sample: sample))
        nextNumber += 1
        bytes += sample.bytes.count
        var surplus = 0
        while entries.count - surplus > policy.queuedSamples
            || (bytes > policy.queuedBytes && entries.count - surplus > 1)
        {
            bytes -= entries[surplus].sample.bytes.count
            surplus += 1
        }
        entries.removeFirst(surplus)
        dropped += UInt64(surplus)
    }

    /// A new connection: the server may be another or empty, so keys are trimmed and their expiry renewed at once.
    package mutating func connected() {
        storedByProbe.removeAll()
    }

    /// What to send now; nil where nothing waits.
    package mutating func nextBatch(nowMs: Int64) -> PushBatch? {
        var items: [PushBatch.Item] = []
        var size = 0
        var counts = storedByProbe
        for index in entries.indices.prefix(Self.batchSamples) {
            if nowMs - entries[index].sample.epochMs > policy.lateAfterMs, !entries[index].wasAttempted {
                let before = entries[index].sample.bytes.count
                entries[index].sample.markBackfill()
                bytes += entries[index].sample.bytes.count - before
            }
            entries[index].wasAttempted = true
            let entry = entries[index]
            let count = counts[entry.sample.probe, default: 0]
            counts[entry.sample.probe] = count + 1
            items.append(
                .init(number: entry.number, sample: entry.sample, trims: count % max(1, policy.samplesPerTrim) == 0))
            size += entry.sample.bytes.count
            if size >= Self.batchBytes { break }
        }
        return items.isEmpty ? nil : PushBatch(items: items)
    }

    /// Takes note of what Redis answered, item by item in order; items without an outcome stay and are sent again.
    package mutating func finish(_ batch: PushBatch, outcomes: [PushOutcome]) {
        var done = Set<UInt64>()
        for (item, outcome) in zip(batch.items, outcomes) {
            switch outcome {
            case .stored:
                stored += 1
                storedByProbe[item.sample.probe, default: 0] += 1
            case .refused:
                refused += 1
            case .tryAgain:
                continue
            }
            done.insert(item.number)
        }
        entries.removeAll { entry in
            guard done.contains(entry.number) else { return false }
            bytes -= entry.sample.bytes.count
            return true
        }
    }
}
