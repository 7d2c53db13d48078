import FoundationEssentials
import RESP
import SeededRandom

/// Writes the samples of some hosts at their times, and each until it is acknowledged.
struct Collector {
    private struct Series {
        let host: String
        var count = 0
        var lastScore = 0.0
        var lastMember: (id: String, text: String)?

        var key: String { "sa:{\(host)}:top" }
    }

    private let writing: FaultCase.Writing
    private let samples: Int
    private let rate: Double
    private var series: [Series]
    private var random: SeededGenerator
    private let startedMs: Double

    /// - Parameters:
    ///   - samples: so many in all, spread over `hosts`.
    ///   - rate: samples per second.
    init(hosts: [String], writing: FaultCase.Writing, samples: Int, rate: Double, seed: UInt64) {
        self.writing = writing
        self.samples = samples
        self.rate = rate
        series = hosts.map { Series(host: $0) }
        random = SeededGenerator(seed: seed)
        startedMs = (Date().timeIntervalSince1970 * 1000).rounded()
    }

    mutating func run(_ hand: RedisHand, _ progress: Progress) async throws {
        let began = ContinuousClock.now
        var written = 0
        while written < samples {
            let due = min(samples, Int((ContinuousClock.now - began) / .seconds(1) * rate) + 1)
            if due > written {
                let numbers = written..<due
                let units = numbers.map { unit($0, progress) }
                try await hand.write(pipeline(units))
                progress.acknowledge(numbers.count)
                written = due
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func pipeline(_ units: [[RESPCommand]]) -> [RESPCommand] {
        guard case .batches = writing else { return units.flatMap(\.self) }
        return stride(from: 0, to: units.count, by: 7).flatMap { start -> [RESPCommand] in
            let batch = units[start..<min(start + 7, units.count)].flatMap(\.self)
            return [RESPCommand("MULTI")] + batch + [RESPCommand("EXEC")]
        }
    }

    /// The commands that write one sample.
    private mutating func unit(_ number: Int, _ progress: Progress) -> [RESPCommand] {
        let host = number % series.count
        let scheduled = startedMs + (Double(number) / rate * 1000).rounded()
        let score = score(scheduled, after: series[host].lastScore)
        let key = series[host].key
        let sample = SampleText(host: series[host].host, source: "0", number: series[host].count, score: score)
        var commands = [RESPCommand("ZADD", .string(key), .double(score), .string(sample.text))]
        series[host].count += 1

        switch writing {
        case .trimming(let keep) where series[host].count.isMultiple(of: 10):
            commands = [
                RESPCommand("MULTI"), commands[0],
                RESPCommand("ZREMRANGEBYRANK", .string(key), 0, .integer(-(keep + 1))),
                RESPCommand("PEXPIRE", .string(key), 7_200_000), RESPCommand("EXEC"),
            ]
        case .rescored where Int.random(in: 0..<10, using: &random) == 0:
            guard let (id, text) = series[host].lastMember else { break }
            progress.rescore(id)
            let moved = score + Double(Int.random(in: -300...3, using: &random)) + 0.5
            commands.append(RESPCommand("ZADD", .string(key), .double(moved), .string(text)))
        default: break
        }
        series[host].lastScore = max(series[host].lastScore, score)
        series[host].lastMember = (sample.id, sample.text)
        return commands
    }

    private mutating func score(_ scheduled: Double, after last: Double) -> Double {
        switch writing {
        case .plain, .batches, .trimming, .rescored: return scheduled
        case .oneScore: return startedMs
        case .late:
            guard last > 0 else { return scheduled }
            return switch Int.random(in: 0..<10, using: &random) {
            case 0, 1: last - Double(Int.random(in: 1...800, using: &random))
            case 2, 3: last
            default: scheduled
            }
        }
    }
}
