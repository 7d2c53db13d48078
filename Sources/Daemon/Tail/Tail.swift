import Glibc
import KeyspaceFollower
import Logging
import NIOCore
import NIOPosix
import RedisClient
package import Settings
package import StreamAssembly
import UnixSignals

/// `streamassembler tail`: the live stream on standard output.
///
/// Follows Redis as the daemon does. A slow reader slows down the reading of Redis, so no more than the window is kept.
package struct Tail: Sendable {
    /// What to show, and how.
    package struct Options: Sendable {
        /// Hosts and probes.
        package var selection = Selection.all
        /// How many past samples of each key come first.
        package var depth = 0
        /// The number of samples after which it ends.
        package var count: Int?
        /// Whether to print each sample on a line, as it is in Redis.
        package var isJSON = false
        /// Whether standard output is a terminal.
        package var isTerminal = isatty(STDOUT_FILENO) == 1
        /// Whether to use colours. Only on a terminal.
        package var isColoured = false

        package init() {}
    }

    private let configuration: DaemonConfiguration
    private let options: Options

    package init(_ configuration: DaemonConfiguration, _ options: Options) {
        var configuration = configuration
        // Every followed sample may be shown, however old.
        configuration.window.age = .seconds(30 * 86_400)
        configuration.window.perKey = max(600, options.depth)
        configuration.window.samples = 1_000_000
        configuration.logLevel = max(configuration.logLevel, .warning)
        self.configuration = configuration
        self.options = options
    }

    /// Runs until SIGINT or SIGTERM, until `count` samples are shown, or until nobody reads any more.
    ///
    /// - Throws: ``StartFailure``.
    package func run() async throws {
        // Our reader may end. Then writing fails.
        signal(SIGPIPE, SIG_IGN)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await follow(on: group.next())
            try await group.shutdownGracefully()
        } catch {
            try? await group.shutdownGracefully()
            throw StartFailure(error)
        }
    }

    private func follow(on eventLoop: any EventLoop) async throws {
        let redis = try configuration.redis()
        let logger = Logger("tail", configuration)
        logger.secretsExposed(configuration)
        if configuration.requireRedis {
            try await RedisConnector.connect(redis, on: eventLoop, logger: logger).close()
        }
        let assembler = StreamAssembler(configuration: try configuration.assembler(), executor: eventLoop.executor)
        let (ends, ended) = AsyncStream.makeStream(of: Void.self)
        let view = TailView(
            options, assembler: assembler, eventLoop: eventLoop, logger: logger,
            write: { StandardStreams.output($0) }, say: { StandardStreams.error("streamassembler: \($0)") },
            onEnd: { ended.yield() })
        let follower = KeyspaceFollower(
            configuration.follower(redis), eventLoop: eventLoop, logger: logger,
            onChanges: { changes in view.assumeIsolated { $0.apply(changes) } },
            onStatus: { status in view.assumeIsolated { $0.follow(status) } })

        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await follower.run() }
            tasks.addTask { for await _ in ends { return } }
            tasks.addTask {
                for await _ in signals {
                    Self.endSoon()
                    return
                }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Ends the process even if a write never returns, for example into a pipe that nobody empties.
    private static func endSoon() {
        Task.detached {
            try? await Task.sleep(for: .seconds(1))
            exit(0)
        }
    }
}

extension Tail.Options {
    /// Reads the flags of `tail`. They are not settings, because they differ with each call.
    ///
    /// - Parameter environment: it reads `NO_COLOR` and `TERM`.
    package init(
        hosts: [String], probes: [String], depth: String?, count: String?, isJSON: Bool, environment: [String: String]
    ) throws(SettingError) {
        self.init()
        selection = Selection(hosts: try Self.globs(hosts, "host"), probes: try Self.globs(probes, "probe"))
        self.depth = try depth.map { text throws(SettingError) in try Self.number(text, "depth", 0...10_000) } ?? 0
        self.count = try count.map { text throws(SettingError) in
            try Self.number(text, "count", 1...9_007_199_254_740_991)
        }
        self.isJSON = isJSON
        // https://no-color.org
        isColoured = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    private static func globs(_ texts: [String], _ name: String) throws(SettingError) -> [Glob] {
        var globs: [Glob] = []
        for text in texts {
            guard let glob = Glob(text) else {
                throw refusal(name, text, allowed: "a pattern of 1 to \(Glob.maxLength) bytes")
            }
            globs.append(glob)
        }
        return globs
    }

    private static func number(_ text: String, _ name: String, _ range: ClosedRange<Int>) throws(SettingError) -> Int {
        guard let number = DecimalText.integer(text, in: range) else {
            throw refusal(name, text, allowed: "a whole number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func refusal(_ name: String, _ value: String, allowed: String) -> SettingError {
        .notAllowed(name: name, value: value, origin: .flag("--\(name)"), allowed: allowed)
    }
}
