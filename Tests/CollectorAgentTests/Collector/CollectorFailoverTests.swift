import CollectorAgent
import Logging
import NIOPosix
import Probes
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

/// A collector behind real sentinels.
@Suite(.timeLimit(.minutes(1))) struct CollectorFailoverTests {
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
            let stored = await collector.progress[0].stored
            while await collector.progress[0].stored < stored + 10 { await Task.yield() }
            try await setup.master.restart()
            let again = await collector.progress[0].stored
            while await collector.progress[0].stored < again + 10 { await Task.yield() }
            #expect(try await !setup.master.cli("CLIENT", "LIST").contains("name=collector:web-1"))
            await group.triggerGracefulShutdown()
            try await running.value
            let held = await collector.progress[0]
            #expect(held.waiting == 0)
            // What the old master took and had not passed on may be lost; what was sent since is there.
            let count = Int(try await setup.replica.cli("ZCARD", key)) ?? 0
            #expect(count >= Int(held.stored - stored))
        }
    }
}
