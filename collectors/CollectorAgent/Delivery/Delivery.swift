internal import DequeModule
package import Probes
import SampleContract

/// Decides what happens to each sample for one Redis: it is sent at once, or kept until Redis is there and fast again.
///
/// Once the bytes of a sample may have reached Redis, they never change. So a sample that is sent twice is still one
/// member of its set. Times are nanoseconds of a clock that is never set.
package struct Delivery: Sendable {
    /// A sample that was sent and has no answer yet.
    private struct Flight: Sendable {
        var number: UInt64
        var sample: WaitingSample
        var sentNs: UInt64
        /// It is also kept, because the answer took long.
        var isKept = false
    }

    package enum Route: Sendable, Equatable {
        case send(PushBatch.Item)
        /// In this order: first those that were sent and not answered.
        case keep([WaitingSample])
    }

    package var policy: PushPolicy
    package private(set) var isConnected = false
    /// Samples that Redis has confirmed.
    package private(set) var stored: UInt64 = 0
    /// Samples that Redis will never take.
    package private(set) var refused: UInt64 = 0
    /// Samples that were dropped for newer ones.
    package private(set) var dropped: UInt64 = 0
    private var flights: Deque<Flight> = []
    private var isSendingKept = false
    private var sentByKey: [String: UInt64] = [:]
    /// The time of the last sample of each key that was sent at once.
    private var lastMsByKey: [String: Int64] = [:]
    /// Whether Redis permits us to remove samples of the future.
    private var mayTrimFuture = true
    private var lostByKey: [String: UInt32] = [:]
    private var nextNumber: UInt64 = 0
    private var pace = DeliveryPace()

    package init(policy: PushPolicy) {
        self.policy = policy
    }

    /// Samples that were sent and not answered, without those that are also kept.
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

    /// How many bytes of the kept samples to send now; nil while there is a reason to wait.
    package func keptBytesToSend(nowNs: UInt64) -> Int? {
        isConnected && !isSendingKept && !isLate(nowNs: nowNs) ? pace.bytes : nil
    }

    /// Makes a batch of kept samples to send now. ``finishKept(_:outcomes:startedNs:nowNs:)`` has to follow.
    package mutating func sendKept(_ samples: [WaitingSample]) -> PushBatch {
        isSendingKept = true
        return PushBatch(items: samples.map { item($0, isLive: false) })
    }

    /// Takes the answers to samples that were sent at once.
    package mutating func finish(_ batch: PushBatch, outcomes: [PushOutcome]) {
        for (item, outcome) in zip(batch.items, outcomes) {
            guard let index = flights.firstIndex(where: { $0.number == item.number }) else { continue }
            switch outcome {
            // Samples that are also kept count when they are sent from there.
            case .stored: stored += flights[index].isKept ? 0 : 1
            case .refused: if !flights[index].isKept { refuse(item.sample) }
            case .tryAgain: continue
            }
            flights.remove(at: index)
        }
    }

    /// Takes the answers to kept samples. Returns how many of the first ones are done.
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

    /// A sample was dropped. The next one of its key reports it.
    package mutating func lose(_ sample: WaitingSample) {
        dropped += 1
        count(lost: sample)
    }

    /// Samples could not be read back, and nobody knows which keys they had.
    package mutating func lose(unreadable count: Int) {
        dropped += UInt64(count)
    }

    /// There is a new connection. The server may be another one or empty, so keys are trimmed and their expiry is
    /// renewed at once.
    package mutating func connected() {
        isConnected = true
        isSendingKept = false
        sentByKey.removeAll()
        mayTrimFuture = true
        pace = DeliveryPace()
    }

    /// Returns the samples that were sent and not answered. They have to be kept.
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

    /// Redis has refused ``PushBatch/Item/futureAfterMs``. It is not tried again on this connection.
    package mutating func doNotTrimFuture() { mayTrimFuture = false }

    /// Two clocks differ by less than this.
    private static let futureToleranceMs: Int64 = 5_000
    /// The year 2020. A clock before that was never set, and cannot tell what is in the future.
    private static let firstPlausibleMs: Int64 = 1_577_836_800_000

    /// Samples that waited are old and say nothing about the current time.
    private mutating func item(_ sample: WaitingSample, isLive: Bool) -> PushBatch.Item {
        let sent = sentByKey[sample.key, default: 0]
        sentByKey[sample.key] = sent + 1
        defer { nextNumber += 1 }
        var trims = sent % max(1, policy.samplesPerTrim) == 0
        var futureAfterMs: Int64?
        if isLive {
            let tolerated = sample.epochMs + Self.futureToleranceMs
            // The clock was set back. Do it at once, before the next trim by rank takes the new samples for the oldest.
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

/// How much of the kept samples is sent at a time: so little that a live sample after it hardly waits, on any network.
struct DeliveryPace: Sendable {
    /// The bytes of the next batch.
    private(set) var bytes = 64 * 1024

    private static let range = 16 * 1024...1024 * 1024
    /// The time that a batch should take.
    private static let targetNs: Double = 100_000_000

    /// A batch of that many bytes was answered after that time.
    mutating func note(bytes sent: Int, ns: UInt64) {
        let fitting = Double(sent) * Self.targetNs / Double(max(1, ns))
        // At most double, because a small batch says little about a large one.
        bytes = min(max(Int(min(fitting, Double(bytes) * 2)), Self.range.lowerBound), Self.range.upperBound)
    }
}
