import ArgumentParser
import SeededRandom

/// Feeds the codecs and the collector's parsers inputs that no honest peer or kernel sends: each has to give a value
/// or a typed error.
///
/// A trap ends the program with the seed and the number of the input, by which it comes back at once.
@main
struct Fuzz: ParsableCommand {
    /// What is fed.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        /// What clients send: Engine.IO, Socket.IO, JSON.
        case codecs
        /// What the kernel writes: `/proc`, sock_diag; and command lines.
        case parsers
    }

    static let configuration = CommandConfiguration(
        abstract: "Feeds codecs and parsers mutated and random inputs: a value or a typed error, never a trap.")

    @Option(help: "How many inputs for each part, unless seconds are given.")
    var inputs = 1_000_000

    @Option(help: "How long for each part, in place of a number of inputs.")
    var seconds: Double?

    @Option(help: "Where the inputs come from; the same seed gives the same inputs.")
    var seed: UInt64 = .random(in: 0...9_999_999)

    @Option(help: "codecs or parsers. (default: both)")
    var part: Part?

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
        let kernel = try KernelChecks()
        var failures = 0
        for part in part.map({ [$0] }) ?? Part.allCases {
            CrashReport.install(seed: seed, part: part == .codecs ? "codecs" : "parsers")
            failures += run(part) { number, random in
                switch part {
                case .codecs:
                    let input = Inputs.next(using: &random)
                    return Checks.fault(in: input, using: &random).map { (input, $0) }
                case .parsers:
                    return kernel.fault(number: number, using: &random)
                }
            }
        }
        if failures > 0 { throw ExitCode.failure }
    }

    /// Gives the number of faults.
    private func run(
        _ part: Part, _ check: (Int, inout SeededGenerator) -> (input: [UInt8], fault: String)?
    ) -> Int {
        let began = ContinuousClock.now
        var tried = 0
        var failures = 0
        for number in (only ?? 0)... {
            if number % 1_000 == 0 || only != nil, isEnough(tried, since: began) { break }
            CrashReport.number = number
            var random = SeededGenerator(seed: seed &+ UInt64(number) &* 0x1_0000_0001)
            if let found = check(number, &random) {
                failures += 1
                print("fuzz: \(part) input \(number) of seed \(seed): \(found.fault): \(Inputs.describe(found.input))")
            }
            tried += 1
        }
        print("fuzz: \(part) \(tried) inputs in \(ContinuousClock.now - began), \(failures) faults")
        return failures
    }

    private func isEnough(_ tried: Int, since began: ContinuousClock.Instant) -> Bool {
        if only != nil { return tried == 1 }
        if let seconds { return ContinuousClock.now - began >= .seconds(seconds) }
        return tried >= inputs
    }
}
