import ArgumentParser
import SeededRandom

/// Feeds the codecs inputs that no honest client sends: each has to give a value or a typed error.
///
/// A trap ends the program with the seed and the number of the input, by which it comes back at once.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Feeds the codecs mutated and random inputs: a value or a typed error, never a trap.")

    @Option(help: "How many inputs, unless seconds are given.")
    var inputs = 1_000_000

    @Option(help: "How long, in place of a number of inputs.")
    var seconds: Double?

    @Option(help: "Where the inputs come from; the same seed gives the same inputs.")
    var seed: UInt64 = .random(in: 0...9_999_999)

    @Option(help: "The only input to try, as a report named it.")
    var only: Int?

    func validate() throws {
        guard inputs > 0 else { throw ValidationError("inputs \(inputs); allowed: 1 or more") }
        guard seconds.map({ $0 > 0 }) ?? true else {
            throw ValidationError("seconds \(seconds ?? 0); allowed: above 0")
        }
    }

    func run() throws {
        print("fuzz: seed \(seed)")
        CrashReport.install(seed: seed)
        let began = ContinuousClock.now
        var tried = 0
        var failures = 0
        for number in (only ?? 0)... {
            if number % 1_000 == 0 || only != nil, isEnough(tried, since: began) { break }
            CrashReport.number = number
            var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0x1_0000_0001)
            let input = Inputs.next(using: &random)
            if let fault = Checks.fault(in: input, using: &random) {
                failures += 1
                print("fuzz: input \(number) of seed \(seed): \(fault): \(Inputs.describe(input))")
            }
            tried += 1
        }
        print("fuzz: \(tried) inputs in \(ContinuousClock.now - began), \(failures) faults")
        if failures > 0 { throw ExitCode.failure }
    }

    private func isEnough(_ tried: Int, since began: ContinuousClock.Instant) -> Bool {
        if only != nil { return tried == 1 }
        if let seconds { return ContinuousClock.now - began >= .seconds(seconds) }
        return tried >= inputs
    }
}
