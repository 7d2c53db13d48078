import ArgumentParser
import TestSupport

/// Measures the way of samples from ZADD through the daemon to a connected client, and counts them.
///
/// Beside it stand baselines of the same run: the same bytes through Redis PUBLISH to a subscriber in this process, which
/// is what Redis and the sockets cost without a daemon, and a Redis that nobody follows.
@main
struct FollowBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-follow", abstract: "From ZADD to a connected client: every sample once, how fast.")

    @Option(help: "Samples of each run.") var samples = 10_000
    @Option(help: "Sorted sets that the samples are spread over.") var keys = 200
    @Option(help: "Bytes of a sample.") var bytes = 1024
    @Option(help: "Samples per second of the paced run.") var rate = 1000
    @Option(help: "How the daemon follows; may be repeated.") var mode: [FollowMode] = []
    @Flag(help: "1 and 4 KB over 1, 200 and 5,000 keys at full speed, and the paced runs for longer.") var all = false
    @Flag(help: "The 5,000 hosts alone.") var hosts = false
    @Option(help: "200 samples a second beside so many to one more key, alone.") var flood: Int?
    @Flag(help: "The paced runs of --keys alone: 200 samples a second, and --rate.") var paced = false
    @Flag(help: "Where the time of the slowest samples goes, by the daemon's own trace.") var trace = false

    func validate() throws {
        guard (1...1_000_000).contains(samples) else { throw ValidationError("samples: allowed: 1 to 1000000") }
        guard (1...10_000).contains(keys) else { throw ValidationError("keys: allowed: 1 to 10000") }
        guard (128...100_000).contains(bytes) else { throw ValidationError("bytes: allowed: 128 to 100000") }
        guard (1...50_000).contains(rate) else { throw ValidationError("rate: allowed: 1 to 50000") }
        guard (1...50_000).contains(flood ?? 1) else { throw ValidationError("flood: allowed: 1 to 50000") }
    }

    func run() async throws {
        var missed: [String] = []
        var floors: [Load: Double] = [:]
        print(Row.heading)
        for scenario in scenarios {
            let row = try await Measurement(scenario: scenario, isTraced: trace).run()
            print(row.text)
            if let trace = row.trace { print(trace.text) }
            let load = Load(keys: scenario.keys, pace: scenario.pace, flood: scenario.flood)
            if scenario.way == .publish { floors[load] = row.p99 }
            missed += row.missedBars(floor: floors[load]).map {
                "\(scenario.way), \(scenario.keys) keys, \(scenario.paceText): \($0)"
            }
        }
        for line in missed { print("missed: \(line)") }
        if !missed.isEmpty { throw ExitCode.failure }
    }

    private var scenarios: [Scenario] {
        let modes = mode.isEmpty ? [.notifications] : mode
        if hosts { return Plan.beside(modes) { Plan.manyHosts($0, seconds: 20) } }
        if let flood { return Plan.beside(modes) { Plan.flood($0, flood, seconds: 10) } }
        if paced {
            return Plan.beside(modes) { Plan.paced($0, rate: 200, seconds: 10) }
                + Plan.beside(modes) { Plan.paced($0, rate: rate, seconds: 10) }
        }
        if all { return Plan.all(modes: mode.isEmpty ? FollowMode.allCases : mode) }
        let load = Scenario(way: .publish, samples: samples, keys: keys, bytes: bytes, pace: .fullSpeed)
        return Plan.short(load, rate: rate, modes: modes)
    }
}

/// What is written, and how fast: a daemon is compared with `PUBLISH` of the same.
private struct Load: Hashable {
    let keys: Int
    let pace: Pace
    let flood: Int
}

extension FollowMode: ExpressibleByArgument {}
