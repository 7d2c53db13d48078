import ArgumentParser
import TestSupport

/// Weeks of a daemon's life in minutes: hosts come and go, sets are trimmed and expire, clients connect, subscribe,
/// stall and leave, Redis restarts. Its memory has to stay where it was after the warm-up.
@main
struct Soak: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak", abstract: "The daemon's memory under accelerated load: flat after warm-up, or status 1.")

    @Option(help: "How long, in minutes.") var minutes = 30.0
    @Option(help: "The part of it that is warm-up.") var warmup = 0.3

    func validate() throws {
        guard (1...10_000).contains(minutes) else { throw ValidationError("minutes: allowed: 1 to 10000") }
        guard (0.05...0.9).contains(warmup) else { throw ValidationError("warmup: allowed: 0.05 to 0.9") }
    }

    func run() async throws {
        let samples = try await RedisServerProcess.running(["--maxmemory", "1gb"], tcp: true) { redis in
            // Small bounds, so that all of them are reached within the warm-up.
            let arguments = [
                "--redis", redis.url, "--log-level", "critical", "--window-age", "30s", "--window-samples", "20000",
            ]
            return try await DaemonProcess.running(arguments) { daemon in try await watch(daemon, redis) }
        }
        let trend = Trend(samples, warmup: warmup)
        print(trend.text)
        if !trend.isFlat { throw ExitCode.failure }
    }

    /// The daemon's memory each two seconds, in KiB.
    private func watch(_ daemon: DaemonProcess, _ redis: RedisServerProcess) async throws -> [Trend.Sample] {
        let began = ContinuousClock.now
        let end = began + .seconds(minutes * 60)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 { group.addTask { try await HostLoad(number: number, url: redis.url).run() } }
            for number in 0..<8 { group.addTask { try await ClientLoad(number: number, port: daemon.port).run() } }
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(45))
                    try await redis.restart()
                }
            }
            var samples: [Trend.Sample] = []
            while ContinuousClock.now < end {
                try await Task.sleep(for: .seconds(2))
                guard let processID = daemon.processID, let memory = ResidentMemory.kib(of: processID) else {
                    throw ValidationError("the daemon ended: \(daemon.log.suffix(5).joined(separator: "\n"))")
                }
                let minutes = (ContinuousClock.now - began) / .seconds(60)
                samples.append(Trend.Sample(minutes: minutes, kib: memory))
                if samples.count.isMultiple(of: 30) { print("\(Int(minutes.rounded())) min: \(Int(memory)) KiB") }
            }
            group.cancelAll()
            while let result = await group.nextResult() { _ = result }
            return samples
        }
    }
}
