import Hummingbird
import KeyspaceFollower
import Logging
import NIOCore
import NIOPosix
import RedisClient
package import ServiceLifecycle
import Settings
import SocketIOHummingbird
import SocketIOServer
import StreamAssembly
import UnixSignals

/// The whole daemon, put together. Only here the follower, the assembler and the server meet.
package struct Composition: Sendable {
    private let configuration: DaemonConfiguration
    private let companions: [any Service]
    private let untilRedisRuns: @Sendable () async -> Void
    private let writeLog: @Sendable (String) -> Void
    private let reread: DaemonConfiguration.Reread?
    private let viewers: Viewers
    private let threshold: LogThreshold

    /// - Parameters:
    ///   - companions: services that start before the daemon's own and end after them.
    ///   - untilRedisRuns: returns when it is time to connect to Redis.
    ///   - reread: gives the configuration anew when SIGHUP comes.
    ///   - viewers: tells what those may see whom the token lets in.
    ///   - writeLog: takes one finished line of the log, on any thread.
    package init(
        _ configuration: DaemonConfiguration, beside companions: [any Service] = [],
        untilRedisRuns: @escaping @Sendable () async -> Void = {},
        reread: DaemonConfiguration.Reread? = nil, viewers: Viewers = .everybody,
        writeLog: @escaping @Sendable (String) -> Void = { StandardStreams.error($0) }
    ) {
        self.configuration = configuration
        self.companions = companions
        self.untilRedisRuns = untilRedisRuns
        self.writeLog = writeLog
        self.reread = reread
        self.viewers = viewers
        threshold = LogThreshold(configuration.logLevel)
    }

    /// Runs until SIGINT or SIGTERM, until a group of services around it shuts down, or until a part fails.
    ///
    /// - Parameter onListening: gets the dashboard's URL once the port is open.
    /// - Throws: ``StartFailure``.
    package func run(onListening: @escaping @Sendable (_ url: String) -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await run(on: group.next(), onListening: onListening)
            try await group.shutdownGracefully()
        } catch {
            try? await group.shutdownGracefully()
            throw StartFailure(error)
        }
    }

    private func run(on eventLoop: any EventLoop, onListening: @escaping @Sendable (String) -> Void) async throws {
        // From the very beginning, because otherwise a SIGHUP would end the program.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let redis = try configuration.redis()
        let log = logger("daemon")
        log.secretsExposed(configuration)
        let keeper: TLSKeeper?
        do throws(TLSFiles.Unusable) {
            keeper = try configuration.tlsFiles.map { files throws(TLSFiles.Unusable) in
                try TLSKeeper(files, logger: logger("tls"))
            }
        } catch {
            throw StartFailure("\(error)", exitStatus: 78)
        }
        if keeper == nil, !DaemonConfiguration.isLoopback(configuration.host) { log.insecure(configuration) }
        if configuration.requireRedis {
            let connection = try await RedisConnector.connect(redis, on: eventLoop, logger: log)
            try await FollowerRights(configuration.follow, redis.endpoint, prefix: configuration.prefix)
                .require(connection)
            await connection.close()
        }

        let assembly = try configuration.assembler()
        let assembler = StreamAssembler(configuration: assembly, executor: eventLoop.executor)
        let readiness = Readiness()
        let metrics = DaemonMetrics()
        let budgets = AddressBudgets()
        let manager = ServiceManager(
            ServiceEnvironment(ProcessEnvironment.current, process: ProcessEnvironment.id), logger: log)
        let door = configuration.token.map { TokenDoor(SharedToken($0), logger: logger("access")) }
        let webRoot = WebRoot.find(configured: configuration.webRoot, executable: ExecutableSearch.own())
        let routes = HTTPRoutes(
            webRoot: webRoot, door: door, viewers: viewers, names: configuration.hostNames, readiness: readiness,
            window: BoundWindow(assembler), limits: assembly.limits, metrics: metrics, budgets: budgets,
            logger: logger("http"),
            showsMetrics: configuration.metricsAddress == nil)
        let serving = try serverConfiguration(log, keeper)
        let server = SocketIOServer(
            serving, eventLoop: eventLoop, logger: logger("server"),
            http: HTTPService(routes.router().buildResponder())
        ) { address in
            let url = configuration.url(at: address)
            manager.tell(.ready("listening on \(url)"))
            onListening(url)
        }
        let metricsListener = configuration.metricsAddress.map { address in
            MetricsListener(
                server: SocketIOServer(
                    MetricsListener.configuration(serving, at: address), eventLoop: eventLoop,
                    logger: logger("metrics"), http: HTTPService(routes.metricsRouter().buildResponder())
                ) { log.metricsListening(at: $0) })
        }
        let feed = MonitoringFeed(
            assembler: assembler, namespace: server.of("/"), epoch: Epoch.random(), limits: assembly.limits,
            prefix: assembly.prefix, flush: .init(configuration.flush), readiness: readiness, addresses: budgets,
            eventLoop: eventLoop, logger: logger("assembler"))
        MonitoringNamespace(feed: feed, door: door, viewers: viewers, readiness: readiness, limits: assembly.limits)
            .install(on: server.of("/"))
        let follower = KeyspaceFollower(
            configuration.follower(redis), eventLoop: eventLoop, logger: logger("follower"),
            onChanges: { changes in feed.assumeIsolated { $0.apply(changes) } },
            onStatus: { status in
                guard let report = readiness.update(status) else { return }
                feed.assumeIsolated { feed in
                    feed.tell(report)
                    if report.isReady { feed.answerWaiting() }
                }
            },
            onReading: { times in feed.assumeIsolated { $0.read(times) } })
        await metrics.observe(
            .init(
                assembler: assembler, follower: follower, feed: feed, server: server, door: door,
                readiness: readiness, limits: assembly.limits))

        let reloader = Reloader(
            configuration, reread: reread, server: server, door: door, keeper: keeper, threshold: threshold, logger: log
        )
        let life = Lifetime(
            hangups: hangups, reloader: reloader, server: server, readiness: readiness, manager: manager, logger: log)
        let beats = manager.beat(on: eventLoop)
        defer { beats?.cancel() }
        let following = Following(follower: follower, untilRedisRuns: untilRedisRuns)
        let watch: [any Service] = keeper.map { [TLSKeeper.Watch(keeper: $0, eventLoop: eventLoop)] } ?? []
        let beside: [any Service] = watch + (metricsListener.map { [$0] } ?? [])
        let services = companions + beside + [EachSecond(feed: feed, eventLoop: eventLoop), following, server.service]
        var group = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }
                + [.init(service: life, successTerminationBehavior: .gracefullyShutdownGroup)],
            logger: log)
        group.maximumGracefulShutdownDuration = .seconds(4)
        try await ServiceGroup(configuration: group).run()
    }

    /// Clients get fewer places than there are descriptors, so that some are always left for Redis and files.
    private func serverConfiguration(
        _ log: Logger, _ keeper: TLSKeeper?
    ) throws(StartFailure) -> SocketIOServerConfiguration {
        var server = configuration.server
        if let keeper {
            server.secure = { try $0.pipeline.syncOperations.addHandler(TLSDoor(keeper.identity)) }
        }
        let limit = OpenFileLimit.raised()
        guard limit.descriptors >= OpenFileLimit.least else {
            throw StartFailure(
                "open files: \(limit.descriptors) are too few; allowed: \(OpenFileLimit.least) or more; raise the limit "
                    + "(LimitNOFILE=, ulimit -n)", exitStatus: 78)
        }
        server.limits.refusedConnections = limit.refused
        server.limits.connections = limit.places(of: configuration.maxClients)
        if server.limits.connections < configuration.maxClients {
            log.placesLowered(to: server.limits.connections, from: configuration.maxClients, limit.descriptors)
        }
        return server
    }

    private func logger(_ label: String) -> Logger {
        Logger(label, configuration, threshold: threshold, write: writeLog)
    }
}

/// Begins to follow once Redis can be there.
private struct Following: Service {
    let follower: KeyspaceFollower
    let untilRedisRuns: @Sendable () async -> Void

    func run() async throws {
        await untilRedisRuns()
        try await follower.run()
    }
}

/// Once a second: removes old samples, sends the heartbeat, and gives memory back.
private struct EachSecond: Service {
    let feed: MonitoringFeed
    let eventLoop: any EventLoop

    func run() async throws {
        let (feed, memory) = (feed, MemoryWatch())
        let task = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            feed.assumeIsolated { feed in
                feed.expire()
                feed.beat()
                memory.look(held: feed.windowBytes)
            }
        }
        try? await gracefulShutdown()
        task.cancel()
    }
}
