import KeyspaceFollower
import Logging
import NIOCore
import StreamAssembly

/// Follows each round from the first event that was heard to the wire, to show where the time goes. Rounds are traced
/// and logged at the log level `trace` only.
struct RoundTrace {
    struct Round: Equatable {
        let times: ReadingTimes
        /// Samples that were new.
        let samples: Int
        /// Of its last emission.
        let seq: UInt64
        /// When the window had the changes, when they were taken to be sent, and when the kernel had the bytes for all
        /// clients that keep up.
        let applied: NIODeadline
        fileprivate(set) var flushed: NIODeadline
        fileprivate(set) var onWire: NIODeadline
    }

    private var times: ReadingTimes?
    /// Rounds whose changes wait to be sent.
    private var gathering: [Round] = []
    private var sent: [(flush: Int, rounds: [Round])] = []

    mutating func read(_ times: ReadingTimes) { self.times = times }

    /// - Parameter isSent: whether any client gets the changes.
    mutating func applied(_ emissions: [Emission], isSent: Bool, now: NIODeadline) {
        defer { times = nil }
        guard isSent, let times, let last = emissions.last else { return }
        let samples = emissions.reduce(0) { sum, emission in
            if case .samples(let samples) = emission.kind { sum + samples.count } else { sum }
        }
        gathering.append(
            Round(times: times, samples: samples, seq: last.seq, applied: now, flushed: now, onWire: now))
    }

    mutating func flushed(_ flush: Int, now: NIODeadline) {
        for index in gathering.indices { gathering[index].flushed = now }
        sent.append((flush, gathering))
        gathering = []
    }

    /// - Returns: the rounds that went out with this flush.
    mutating func onWire(_ flush: Int, now: NIODeadline) -> [Round] {
        guard let index = sent.firstIndex(where: { $0.flush == flush }) else { return [] }
        return sent.remove(at: index).rounds.map { round in
            var round = round
            round.onWire = now
            return round
        }
    }
}

extension Logger {
    /// `heard` is on the clock of `CLOCK_MONOTONIC`, in µs; the others are what each station took after the one before.
    func roundTraced(_ round: RoundTrace.Round) {
        let times = round.times
        let stations = [
            ("waited-us", times.asked - times.heard), ("read-us", times.answered - times.asked),
            ("applied-us", round.applied - times.answered), ("gathered-us", round.flushed - round.applied),
            ("written-us", round.onWire - round.flushed),
        ]
        var metadata: Metadata = [
            "keys": "\(times.keys)", "samples": "\(round.samples)", "seq": "\(round.seq)",
            "heard": "\(times.heard.uptimeNanoseconds / 1000)",
        ]
        for (name, amount) in stations { metadata[name] = "\(amount.nanoseconds / 1000)" }
        trace("round", metadata: metadata)
    }
}
