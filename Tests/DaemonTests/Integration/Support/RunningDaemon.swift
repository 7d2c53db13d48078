import Daemon
import Logging
import NIOPosix
import RESP
import RedisClient
import ServiceLifecycle
import TestSupport

/// The whole daemon in this process on a free port, following a `redis-server` of its own, for the time of one test.
struct RunningDaemon: Sendable {
    let port: Int
    let redis: RedisServerProcess
    let log: LogRecorder
    /// Another client of the same Redis: a collector by hand.
    let collector: RedisConnection
    /// Shut it down, and wait for ``ended``.
    let group: ServiceGroup
    let ended: Task<Void, any Error>

    /// Starts both, waits until the keys are followed, and ends both whatever happens.
    static func with(
        redis arguments: [String] = [], viewers: Viewers = .everybody,
        adjust: (inout DaemonConfiguration) -> Void = { _ in },
        _ body: (RunningDaemon) async throws -> Void
    ) async throws {
        try await RedisServerProcess.running(arguments) { redis in
            var configuration = DaemonConfiguration()
            configuration.port = 0
            configuration.redisURL = redis.unixURL
            adjust(&configuration)
            try await running(configuration, redis, viewers, body)
        }
    }

    /// Another daemon on the Redis of the first one.
    static func beside(_ first: RunningDaemon, _ body: (RunningDaemon) async throws -> Void) async throws {
        var configuration = DaemonConfiguration()
        configuration.port = 0
        configuration.redisURL = first.redis.unixURL
        try await running(configuration, first.redis, .everybody, body)
    }

    private static func running(
        _ configuration: DaemonConfiguration, _ redis: RedisServerProcess, _ viewers: Viewers,
        _ body: (RunningDaemon) async throws -> Void
    ) async throws {
        let daemon = try await start(configuration, redis, viewers)
        do {
            try await body(daemon)
            await daemon.group.triggerGracefulShutdown()
            try await daemon.ended.value
        } catch {
            daemon.ended.cancel()
            _ = await daemon.ended.result
            throw error
        }
    }

    private static func start(
        _ configuration: DaemonConfiguration, _ redis: RedisServerProcess, _ viewers: Viewers
    ) async throws -> RunningDaemon {
        let collector = try await connect(redis)
        let log = LogRecorder()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let composition = Composition(configuration, viewers: viewers, writeLog: { log.write($0) })
        let daemon = DaemonService(composition: composition) { url in
            port.yield(url.split(separator: ":").last.flatMap { Int($0) } ?? 0)
        }
        let group = ServiceGroup(configuration: .init(services: [.init(service: daemon)], logger: .silent))
        let ended = Task {
            defer { port.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        guard let bound = await iterator.next() else {
            try await ended.value
            throw CancellationError()
        }
        let running = RunningDaemon(
            port: bound, redis: redis, log: log, collector: collector, group: group, ended: ended)
        await running.log.until("following keys by notifications")
        return running
    }

    static func connect(_ redis: RedisServerProcess) async throws -> RedisConnection {
        try await RedisConnector.connect(
            RedisConfiguration(endpoint: RedisEndpoint(url: redis.unixURL)),
            on: MultiThreadedEventLoopGroup.singleton.next(), logger: .silent)
    }

    /// A client that is connected and has its first snapshot.
    func client(auth: String? = nil) async throws -> MonitoringClient {
        try await MonitoringClient.connect(port: port, auth: auth)
    }

    func get(_ target: String, host: String? = nil, headers: [String] = []) async throws -> String {
        // Who asks again and again has to end with its task.
        try Task.checkCancellation()
        return try await HTTPProbe.get(target, port: port, host: host, headers: headers)
    }

    /// The value of a metric, its labels included in the name.
    func metric(_ name: String) async throws -> Int? {
        try await get("/metrics").split(whereSeparator: \.isNewline)
            .first { $0.hasPrefix("streamassembler_\(name) ") }?
            .split(separator: " ").last.flatMap { Int($0) }
    }

    func add(_ key: String, _ samples: TestSample...) async throws { try await add(key, samples) }

    /// One ZADD.
    func add(_ key: String, _ samples: [TestSample]) async throws {
        _ = try await collector.send(
            RESPCommand(
                "ZADD", [.string(key)] + samples.flatMap { [.string($0.score), RESPArgument.bytes($0.member)] }))
    }

    /// One command.
    @discardableResult
    func redis(_ name: String, _ arguments: String...) async throws -> RESPValue {
        try await collector.send(RESPCommand(name, arguments.map(RESPArgument.string)))
    }
}

/// The daemon as one service, so that a test may shut it down.
private struct DaemonService: Service {
    let composition: Composition
    let onListening: @Sendable (String) -> Void

    func run() async throws { try await composition.run(onListening: onListening) }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
