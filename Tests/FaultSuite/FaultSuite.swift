import ArgumentParser
import TestSupport

/// Breaks whatever can break between a collector and a client, and counts the samples.
///
/// Each case has its own `redis-server`, its own daemon (the program beside this one), collectors and a Socket.IO client.
@main
struct FaultSuite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-faults", abstract: "Every fault, and no sample missing or doubled.")

    @Option(help: "How the daemon follows.") var mode = ModeChoice.all
    @Option(name: .customLong("case"), help: "The cases of this number alone; may be repeated.") var cases: [Int] = []
    @Flag(help: "A fifth of the samples, shorter faults, no long look for late doubles.") var short = false
    @Option(help: "Cases that are played at a time.") var jobs = 4
    @Option(help: "Seed of what the collectors write.") var seed: UInt64 = 1

    func validate() throws {
        guard (1...32).contains(jobs) else { throw ValidationError("jobs: allowed: 1 to 32") }
        for number in cases where !FaultCase.all.contains(where: { $0.number == number }) {
            throw ValidationError("case: there is no \(number); allowed: 1 to 25")
        }
    }

    func run() async throws {
        let began = ContinuousClock.now
        let runs = mode.modes.flatMap { mode in
            FaultCase.all.filter { $0.modes.contains(mode) && (cases.isEmpty || cases.contains($0.number)) }
                .map { CaseRun(fault: $0, mode: mode, scale: short ? .short : .full, seed: seed) }
        }
        let outcomes = await play(runs)
        for outcome in outcomes where outcome.isFailure {
            print("case \(outcome.label), \(outcome.mode.rawValue): \(outcome.note)")
            for detail in outcome.details { print("  \(detail)") }
        }
        print(Outcome.heading)
        for outcome in outcomes { print(outcome.row) }
        let failed = outcomes.count(where: \.isFailure)
        let seconds = Int((ContinuousClock.now - began) / .seconds(1))
        print("faults: \(outcomes.count - failed) held, \(failed) broken, \(seconds) s")
        if failed > 0 { throw ExitCode.failure }
    }

    /// In the order of `runs`, however they end.
    private func play(_ runs: [CaseRun]) async -> [Outcome] {
        await withTaskGroup(of: (Int, Outcome).self) { group in
            var outcomes = [Outcome?](repeating: nil, count: runs.count)
            var waiting = runs.enumerated().makeIterator()
            for _ in 0..<jobs {
                if let (index, run) = waiting.next() { group.addTask { (index, await run.play()) } }
            }
            for await (index, outcome) in group {
                outcomes[index] = outcome
                if let (index, run) = waiting.next() { group.addTask { (index, await run.play()) } }
            }
            return outcomes.compactMap(\.self)
        }
    }
}
