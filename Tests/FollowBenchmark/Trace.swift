import NIOConcurrencyHelpers
import NIOCore

/// What the daemon says of one of its rounds, at the log level `trace`. All instants are on one clock.
struct TracedRound: Sendable {
    let seq: UInt64
    let heard: NIODeadline
    let asked: NIODeadline
    let answered: NIODeadline
    let applied: NIODeadline
    let flushed: NIODeadline
    let onWire: NIODeadline

    /// Nil for any other line of the log.
    init?(_ line: String) {
        guard line.contains(": round ") else { return nil }
        var fields: [Substring: Int64] = [:]
        for field in line.split(separator: " ") {
            let parts = field.split(separator: "=")
            if parts.count == 2, let value = Int64(parts[1]) { fields[parts[0]] = value }
        }
        guard let seq = fields["seq"], let heard = fields["heard"], let waited = fields["waited-us"],
            let read = fields["read-us"], let applied = fields["applied-us"], let gathered = fields["gathered-us"],
            let written = fields["written-us"]
        else { return nil }
        self.seq = UInt64(seq)
        self.heard = .uptimeNanoseconds(UInt64(heard) * 1000)
        asked = self.heard + .microseconds(waited)
        answered = asked + .microseconds(read)
        self.applied = answered + .microseconds(applied)
        flushed = self.applied + .microseconds(gathered)
        onWire = flushed + .microseconds(written)
    }
}

/// Gathers the rounds from the daemon's log.
final class RoundLog: Sendable {
    private let found = NIOLockedValueBox<[TracedRound]>([])

    var rounds: [TracedRound] { found.withLockedValue(\.self) }

    func add(_ line: String) {
        guard let round = TracedRound(line) else { return }
        found.withLockedValue { $0.append(round) }
    }
}

/// What each station took of each sample, ms.
struct Trace {
    private static let stations = ["heard", "waited", "read", "applied", "gathered", "written", "received"]

    /// One for each sample, slowest first.
    private var ways: [(latency: Double, parts: [Double], sent: Double)] = []
    private var lost = 0

    init(_ rounds: [TracedRound], _ arrivals: Receiver.Arrivals, sent: [ContinuousClock.Instant]) {
        let rounds = rounds.sorted { $0.seq < $1.seq }
        // Both clocks go on at the same pace.
        let (clock, uptime) = (ContinuousClock.now, NIODeadline.now())
        func deadline(_ instant: ContinuousClock.Instant) -> NIODeadline {
            uptime + .nanoseconds(Int64((instant - clock) / .nanoseconds(1)))
        }
        guard let first = sent.first else { return }
        for (number, sentAt) in sent.enumerated() {
            guard let arrived = arrivals.times[number] else { continue }
            let (from, to) = (deadline(sentAt), deadline(arrived))
            guard let round = Self.round(of: arrivals.seqs[number], sent: from, rounds) else {
                lost += 1
                continue
            }
            var (last, parts) = (from, [Double]())
            let stations = [
                round.heard, round.asked, round.answered, round.applied, round.flushed, round.onWire, to,
            ]
            for (index, station) in stations.enumerated() {
                // The client may have it before the daemon knows that.
                let time = index < stations.count - 1 ? min(max(station, last), to) : to
                parts.append(Double((time - last).nanoseconds) / 1e6)
                last = time
            }
            ways.append((Double((to - from).nanoseconds) / 1e6, parts, (sentAt - first) / .milliseconds(1)))
        }
        ways.sort { $0.latency > $1.latency }
    }

    /// Each station is told in whole µs.
    private static let rounding = TimeAmount.microseconds(20)

    /// The first round of those that one frame brought which began to read after the sample was sent; else the last.
    private static func round(
        of seq: UInt64, sent: NIODeadline, _ rounds: [TracedRound]
    ) -> TracedRound? {
        var (low, high) = (0, rounds.count)
        while low < high {
            let middle = (low + high) / 2
            if rounds[middle].seq < seq { low = middle + 1 } else { high = middle }
        }
        guard low < rounds.count, rounds[low].seq == seq else { return nil }
        var found = rounds[low]
        for round in rounds[..<low].reversed() {
            guard found.flushed - round.flushed < rounding, round.asked >= sent else { break }
            found = round
        }
        return found
    }

    var text: String {
        guard !ways.isEmpty else { return "  no round was traced" }
        var lines: [String] = []
        let shares = [("the slowest 1 %", max(1, ways.count / 100)), ("all", ways.count)]
        for (name, count) in shares {
            let means = Self.stations.indices.map { station in
                ways.prefix(count).reduce(0) { $0 + $1.parts[station] } / Double(count)
            }
            lines.append("  mean of \(name), ms: " + Self.named(means))
        }
        for station in Self.stations.indices {
            let sorted = ways.map { $0.parts[station] }.sorted()
            lines.append(
                "  \(Self.stations[station]): p50 \(Row.decimal(sorted[sorted.count / 2])), "
                    + "p99 \(Row.decimal(sorted[min(sorted.count - 1, sorted.count * 99 / 100)])), "
                    + "max \(Row.decimal(sorted[sorted.count - 1]))")
        }
        // Each burst once: one sample of each second in which a slow one was sent.
        var seen: Set<Int> = []
        for way in ways.prefix(max(1, ways.count / 50)) where seen.insert(Int(way.sent / 250)).inserted {
            lines.append(
                "  at \(Row.decimal(way.sent / 1000)) s: \(Row.decimal(way.latency)) ms: " + Self.named(way.parts))
            if seen.count == 12 { break }
        }
        if lost > 0 { lines.append("  \(lost) samples came by no traced round") }
        return lines.joined(separator: "\n")
    }

    private static func named(_ parts: [Double]) -> String {
        zip(stations, parts).map { "\($0) \(Row.decimal($1))" }.joined(separator: ", ")
    }
}
