import CollectorAgent
import Logging
import NIOPosix
import Probes
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

/// A collector behind real sentinels.
@Suite(.timeLimit(.minutes(5))) struct CollectorFailoverTests {
    @Test func `a collector goes on with the new master, and leaves the old one alone when it is back`() async throws {
        try await SentinelSetup.running { setup in
            let key = "sa:{web-1}:netstat"
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let collector = try Collector(
                CollectorConfiguration(
                    redis: try RedisEndpoint(url: setup.url), host: "web-1", interval: .milliseconds(100),
                    probes: [.netstat]),
                eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: logger)
            let group = ServiceGroup(
                configuration: .init(
                    services: [.init(service: collector, successTerminationBehavior: .gracefullyShutdownGroup)],
                    logger: logger))
            let running = Task { try await group.run() }
            try await setup.untilReplicated(key, atLeast: 5)
            await setup.master.kill()
            try await untilStored(10, by: collector)
            try await setup.master.restart()
            try await untilStored(10, by: collector)
            #expect(try await !setup.master.cli("CLIENT", "LIST").contains("name=collector:web-1"))
            await group.triggerGracefulShutdown()
            try await running.value
            let held = await collector.progress[0]
            #expect(held.waiting == 0)
            // What the old master took and had not passed on may be lost, in one piece; what came after it is there.
            let sequence = CollectorStage.sequence(try await CollectorStage.samples(setup.replica))
            let gaps = sequence.indices.dropFirst().filter { sequence[$0] != sequence[$0 - 1] + 1 }
            #expect(gaps.count <= 1)
            #expect(sequence.count - (gaps.last ?? 0) >= 20)
        }
    }

    /// Asks ten times a second: to ask without a pause would keep sentinels and servers from their work.
    private func untilStored(_ count: UInt64, by collector: Collector) async throws {
        let stored = await collector.progress[0].stored
        try await CollectorStage.until(collector, within: .seconds(120)) { $0.stored >= stored + count }
    }
}
