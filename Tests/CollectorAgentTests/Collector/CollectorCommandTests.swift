import CollectorAgent
import JSONBytes
import TestSupport
import Testing

/// Own programs as probes of a whole collector.
@Suite(.timeLimit(.minutes(2))) struct CollectorCommandTests {
    @Test func `a program's lines reach Redis as samples of its name, until new settings end it`() async throws {
        try await RedisServerProcess.running { server in
            var configuration = try CollectorStage.configuration(server)
            configuration.commands = [try #require(ExecCommand(parsing: "mine=echo '{\"value\":\"a b\"}'"))]
            configuration.intervals["mine"] = .milliseconds(200)
            try await CollectorStage.collecting(configuration) { collector in
                try await CollectorStage.until {
                    try await Int(server.cli("ZCARD", "sa:{web-1}:mine")) ?? 0 >= 3
                }
                var next = configuration
                next.commands = []
                await collector.reconfigure(next)
                // What the program has said by then is still sent.
                try await CollectorStage.until(collector) { $0.waiting == 0 }
                let ended = try await Int(server.cli("ZCARD", "sa:{web-1}:mine")) ?? 0
                let stored = await collector.progress[0].stored
                try await CollectorStage.until(collector) { $0.stored >= stored + 5 }
                #expect(try await Int(server.cli("ZCARD", "sa:{web-1}:mine")) ?? 0 == ended)
            }
            let samples = try await CollectorStage.samples(server, "mine")
            #expect(CollectorStage.sequence(samples) == Array(0..<samples.count))
            #expect(samples.allSatisfy { $0["value"]?.string == "a b" && $0["probe"]?.string == "mine" })
            #expect(samples.allSatisfy { $0["intervalMs"]?.number == 200 })
        }
    }
}
