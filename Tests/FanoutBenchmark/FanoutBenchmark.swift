import ArgumentParser

/// Measures what one event costs that goes to many WebSocket clients.
///
/// Three processes: the server under test, the floor (a loop of one `write` of the same bytes to each socket, without
/// any protocol), and this one with all the clients of both. The two are measured in turns within the same run, so
/// that what else the machine does falls on both.
@main
struct FanoutBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-fanout", abstract: "One event to N WebSocket clients: cost, latency, memory.",
        subcommands: [Measure.self, Serve.self, Floor.self], defaultSubcommand: Measure.self)
}

/// The load generator: starts the other two and prints the table.
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures, prints a table and the bars.")

    @Option(help: "Numbers of clients.", transform: Self.list) var clients = [100, 1000, 5000]
    @Option(help: "Events of one turn, for the rows beside those of one.") var together = 4
    @Option(help: "Seconds of each turn at full speed.") var seconds = 0.25
    @Option(help: "Frames delivered per second where latency is measured.") var rate = 20_000

    func validate() throws {
        guard clients.allSatisfy((1...9000).contains) else { throw ValidationError("clients: allowed: 1 to 9000") }
        guard (2...16).contains(together) else { throw ValidationError("together: allowed: 2 to 16") }
        guard (0.1...60).contains(seconds) else { throw ValidationError("seconds: allowed: 0.1 to 60") }
        guard (100...1_000_000).contains(rate) else { throw ValidationError("rate: allowed: 100 to 1000000") }
    }

    func run() throws {
        try Limits.raiseOpenFiles()
        print(FanoutRow.heading)
        var rows: [FanoutRow] = []
        for (count, events) in sizes {
            let row = try FanoutRow.measure(clients: count, together: events, seconds: seconds, rate: rate)
            print(row.text)
            rows.append(row)
        }
        print(CompressionRow.heading)
        var compressions: [CompressionRow] = []
        for (count, events) in sizes {
            let row = try CompressionRow.measure(clients: count, together: events, seconds: seconds)
            print(row.text)
            compressions.append(row)
        }
        let stall = try StallRow.measure(clients: 100, rate: rate)
        print(StallRow.heading)
        print(stall.text)
        let bars = rows.flatMap(\.bars) + compressions.flatMap(\.bars) + stall.bars
        for bar in bars { print(bar.text) }
        guard bars.allSatisfy(\.isHeld) else { throw ExitCode.failure }
    }

    /// Each number of clients, with events one by one and together.
    private var sizes: [(clients: Int, together: Int)] { clients.flatMap { [($0, 1), ($0, together)] } }

    private static func list(_ text: String) throws -> [Int] {
        try text.split(separator: ",").map { part in
            guard let number = Int(part) else { throw ValidationError("\(part) is no number") }
            return number
        }
    }
}
