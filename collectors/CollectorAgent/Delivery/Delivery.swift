internal import DequeModule
package import Probes
import SampleContract

/// Decides what becomes of each sample for one Redis: sent at once, or kept until Redis is there and quick again.
///
/// A sample whose bytes may have reached Redis never changes afterwards: sent twice, it is still one member of its set.
/// Times are nanoseconds of a clock that is never set.
package struct Delivery: Sendable {
    /// A sample that was sent and has no answer yet.
    private struct Flight: Sendable {
        var number: UInt64
        var sample: WaitingSample
        var sentNs: UInt64
        /// Kept as well, because the answer took long.
        var isKept = false
    }

    package enum Route: Sendable, Equatable {
        case send(PushBatch.Item)
        /// In this order: what was sent and not answered first.
        case keep([WaitingSample])
    }

    package var policy: PushPolicy
    package private(set) var isConnected = false
    /// Samples that Redis has confirmed.
    package private(set) var stored: UInt64 = 0
    /// Samples that Redis will never take.
    package private(set) var refused: UInt64 = 0
    /// Samples that gave way to newer ones.
    package private(set) var dropped: UInt64 = 0
    private var flights: Deque<Flight> = []
    private var isSendingKept = false
    private var sentByKey: [String: UInt64] = [:]
    /// The time of the last sample of each key that was sent at once.
    private var lastMsByKey: [String: Int64] = [:]
    /// Whether Redis permits to remove what lies in the future.
    private var mayTrimFuture = true
    private var lostByKey: [String: UInt32] = [:]
    private var nextNumber: UInt64 = 0
    private var pace = DeliveryPace()

    package init(policy: PushPolicy) {
        self.policy = policy
    }

    /// Samples sent and not answered, but for those that are kept as well.
    package var unanswered: Int { flights.count { !$0.isKept } }

    /// Where a new sample goes.
    package mutating func take(_ sample: OpenSample, key: String, nowNs: UInt64) -> Route {
        var sample = sample
        let lost = lostByKey.removeValue(forKey: key) ?? 0
        sample.lost = UInt64(lost)
        let isSent = isConnected && !isLate(nowNs: nowNs)
        if !isSent { sample.flags.insert(.backfill) }
        let waiting = WaitingSample(key: key, epochMs: sample.epochMs, lost: lost, bytes: sample.bytes)
        guard isSent else { return .keep(keepFlights() + [waiting]) }
        let item = item(waiting, isLive: true)
        flights.append(Flight(number: item.number, sample: waiting, sentNs: nowNs))
        return .send(item)
    }

    /// How many bytes of what is kept to send now; nil while there is a reason to wait.
    package func keptBytesToSend(nowNs: UInt64) -> Int? {
        isConnected && !isSendingKept && !isLate(nowNs: nowNs) ? pace.bytes : nil
    }

    /// Turns samples that were kept into what is sent now; ``finishKept(_:outcomes:startedNs:nowNs:)`` has to follow.
    package mutating func sendKept(_ samples: [WaitingSample]) -> PushBatch {
        isSendingKept = true
        return PushBatch(items: samples.map { item($0, isLive: false) })
    }

    /// Takes note of the answers to samples that were sent at once.
    package mutating func finish(_ batch: PushBatch, outcomes: [PushOutcome]) {
        for (item, outcome) in zip(batch.items, outcomes) {
            guard let index = flights.firstIndex(where: { $0.number == item.number }) else { continue }
            switch outcome {
            // What is kept as well is counted when it is sent from there.
            case .stored: stored += flights[index].isKept ? 0 : 1
            case .refused: if !flights[index].isKept { refuse(item.sample) }
            case .tryAgain: continue
            }
            flights.remove(at: index)
        }
    }

    /// Takes note of the answers to samples that were kept; gives how many of the first ones are done with.
    package mutating func finishKept(
        _ batch: PushBatch, outcomes: [PushOutcome], startedNs: UInt64, nowNs: UInt64
    ) -> Int {
        isSendingKept = false
        pace.note(bytes: batch.items.reduce(0) { $0 + $1.sample.bytes.count }, ns: nowNs &- startedNs)
        var done = 0
        for (item, outcome) in zip(batch.items, outcomes) {
            switch outcome {
            case .stored: stored += 1
            case .refused: refuse(item.sample)
            case .tryAgain: return done
            }
            done += 1
        }
        return done
    }

    /// A sample that gave way: the next one of its key tells.
    package mutating func lose(_ sample: WaitingSample) {
        dropped += 1
        count(lost: sample)
    }

    /// Samples that could not be read back: nobody knows whose they were.
    package mutating func lose(unreadable count: Int) {
        dropped += UInt64(count)
    }

    /// A new connection: the server may be another or empty, so keys are trimmed and their expiry renewed at once.
    package mutating func connected() {
        isConnected = true
        isSendingKept = false
        sentByKey.removeAll()
        mayTrimFuture = true
        pace = DeliveryPace()
    }

    /// Gives what was sent and not answered: it has to be kept.
    package mutating func disconnected() -> [WaitingSample] {
        isConnected = false
        isSendingKept = false
        let samples = keepFlights()
        flights.removeAll()
        return samples
    }

    private func isLate(nowNs: UInt64) -> Bool {
        guard let first = flights.first, nowNs > first.sentNs else { return false }
        return nowNs - first.sentNs > UInt64(max(0, policy.lateAfterMs)) * 1_000_000
    }

    private mutating func keepFlights() -> [WaitingSample] {
        var samples: [WaitingSample] = []
        for index in flights.indices where !flights[index].isKept {
            flights[index].isKept = true
            samples.append(flights[index].sample)
        }
        return samples
    }

    /// Redis has refused what ``PushBatch/Item/futureAfterMs`` asks for: it is not asked for again on this connection.
    package mutating func doNotTrimFuture() { mayTrimFuture = false }

    /// More than two clocks' readings of one moment differ by.
    private static let futureToleranceMs: Int64 = 5_000
    /// 2020: a clock before that was never set, and knows nothing of what lies in the future.
    private static let firstPlausibleMs: Int64 = 1_577_836_800_000

    /// What waited is of the past and says nothing of the time now.
    private mutating func item(_ sample: WaitingSample, isLive: Bool) -> PushBatch.Item {
        let sent = sentByKey[sample.key, default: 0]
        sentByKey[sample.key] = sent + 1
        defer { nextNumber += 1 }
        var trims = sent % max(1, policy.samplesPerTrim) == 0
        var futureAfterMs: Int64?
        if isLive {
            let tolerated = sample.epochMs + Self.futureToleranceMs
            // The clock was set back: at once, before the next trim by rank takes the new samples for the oldest.
            let isSetBack = lastMsByKey[sample.key].map { $0 > tolerated } ?? false
            lastMsByKey[sample.key] = sample.epochMs
            trims = trims || isSetBack
            if trims, mayTrimFuture, sample.epochMs >= Self.firstPlausibleMs { futureAfterMs = tolerated }
        }
        return PushBatch.Item(number: nextNumber, sample: sample, trims: trims, futureAfterMs: futureAfterMs)
    }

    private mutating func refuse(_ sample: WaitingSample) {
        refused += 1
        count(lost: sample)
    }

    private mutating func count(lost sample: WaitingSample) {
        let (sum, overflow) = lostByKey[sample.key, default: 0].addingReportingOverflow(sample.lost)
        lostByKey[sample.key] = overflow || sum == .max ? .max : sum + 1
    }
}

/// How much of what was kept goes at a time: so little that a live sample behind it hardly waits, whatever the network.
struct DeliveryPace: Sendable {
    /// Bytes of the next batch.
    private(set) var bytes = 64 * 1024

    private static let range = 16 * 1024...1024 * 1024
    /// What a batch should take.
    private static let targetNs: Double = 100_000_000

    /// A batch of so many bytes was answered after so long.
    mutating func note(bytes sent: Int, ns: UInt64) {
        let fitting = Double(sent) * Self.targetNs / Double(max(1, ns))
        // At most doubled: a small batch says little about a large one.
        bytes = min(max(Int(min(fitting, Double(bytes) * 2)), Self.range.lowerBound), Self.range.upperBound)
    }
}
