import CollectorAgent
import JSONBytes
import Logging
import NIOCore
import NIOPosix
import Probes
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

/// A collector that runs while a test looks on, and what tests look at.
enum CollectorStage {
    /// - Parameter patience: How long each Redis may take to answer, where that is not what is tested.
    static func configuration(
        _ servers: RedisServerProcess..., probes: [ProbeName] = [.netstat], interval: Duration = .milliseconds(100),
        push: PushPolicy = PushPolicy(), patience: Duration? = nil
    ) throws -> CollectorConfiguration {
        let endpoints = try servers.map { try RedisEndpoint(url: $0.unixURL) }
        var configuration = CollectorConfiguration(
            redis: try #require(endpoints.first), host: "web-1", interval: interval, probes: probes, push: push)
        configuration.mirrors = Array(endpoints.dropFirst())
        if let patience {
            configuration.redisOptions.timeout = patience
            configuration.redisOptions.keepAlive = patience
        }
        return configuration
    }

    /// Runs a collector while `body` looks on, then asks it to stop; gives back after it has ended by itself.
    static func collecting(
        _ configuration: CollectorConfiguration, log: LogRecorder = LogRecorder(),
        _ body: (Collector) async throws -> Void
    ) async throws {
        let logger = log.logger
        // A small host, so that a dozen of these beside each other leave the machine time for what is tested.
        let host = try KernelTree("linux-6.18")
        let collector = try Collector(
            configuration, root: host.root, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: logger)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: collector, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let result: Result<Void, any Error>
            do {
                try await body(collector)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try result.get()
        }
        withExtendedLifetime(host) {}
    }

    /// Waits until the progress for the first Redis, or another one, is as wished.
    static func until(
        _ collector: Collector, redis index: Int = 0, within: Duration = .seconds(60),
        _ condition: (TargetProgress) -> Bool
    ) async throws {
        try await until(within: within) {
            let progress = await collector.progress
            return progress.indices.contains(index) && condition(progress[index])
        }
    }

    static func until(within: Duration = .seconds(60), _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + within
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, "waited \(within) in vain")
            // Asked again ten times a second: to ask without a pause would keep the collector from its work.
            try await eventLoop.scheduleTask(in: .milliseconds(100)) {}.futureResult.get()
        }
    }

    /// The samples in the set, by score; each score is the sample's own time.
    static func samples(_ server: RedisServerProcess, _ probe: String = "netstat") async throws -> [JSONValue] {
        let text = try await server.cli("ZRANGE", "sa:{web-1}:\(probe)", "0", "-1", "WITHSCORES")
        let lines = text.split(separator: "\n")
        return try stride(from: 0, to: lines.count - 1, by: 2).map { index in
            let json = try JSONValue(parsing: Array(lines[index].utf8))
            #expect(json["t"]?.number == Double(lines[index + 1]))
            return json
        }
    }

    static func sequence(_ samples: [JSONValue]) -> [Int] {
        samples.compactMap { $0["seq"]?.number }.map { Int($0) }
    }

    static func flags(_ sample: JSONValue) -> [String] {
        sample["flags"]?.array?.compactMap(\.string) ?? []
    }
}
