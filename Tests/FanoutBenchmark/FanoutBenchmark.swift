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
