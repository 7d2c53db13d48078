import Logging
import NIOConcurrencyHelpers
import RedisClient
import Settings

/// Everything on one machine: a private Redis, this host's collector and the daemon.
package struct Demo: Sendable {
    private let configuration: DaemonConfiguration

    /// - Parameter configuration: the daemon's; its Redis is replaced by the private one.
    package init(_ configuration: DaemonConfiguration) {
        self.configuration = configuration
    }

    /// Runs until the process is asked to end.
    ///
    /// - Parameter say: takes lines for the user: `redis: URL`, `collector: pid N`, and last the dashboard's URL.
    /// - Throws: ``StartFailure``.
    package func run(say: @escaping @Sendable (String) -> Void) async throws {
        let logger = Logger("demo", configuration)
        let environment = ProcessEnvironment.current
        let programs: (redis: String, collector: String)
        let folder: TemporaryFolder
        do {
            programs = try Self.programs(path: environment["PATH"] ?? "/usr/bin:/bin")
            folder = try TemporaryFolder(prefix: "streamassembler", temporary: environment["TMPDIR"])
        } catch {
            throw StartFailure("\(error)", exitStatus: 69)
        }
        defer { folder.remove() }

        let redis = PrivateRedis(server: programs.redis, folder: folder, logger: logger)
        var configuration = configuration
        configuration.redisURL = redis.url
        configuration.redisOptions = RedisOptions()
        let greeting = Greeting()
        let collector = ChildProcess(
            name: "collector", executable: programs.collector,
            arguments: ["run", "--redis", redis.url, "--prefix", configuration.prefix, "--lifeline-stdin"],
            atEnd: .startAgain(after: .seconds(2)), logger: logger
        ) { pid in
            say("collector: pid \(pid)")
            greeting.collectorStarted(say)
        }
        say("redis: \(redis.url)")
        let untilRedisRuns = { @Sendable in
            await redis.untilListening()
            greeting.redisStarted(say)
        }
        try await Composition(configuration, beside: [redis.process, collector], untilRedisRuns: untilRedisRuns)
            .run { url in
                greeting.listening(url, say)
            }
    }

    private static func programs(path: String) throws(ExecutableSearch.Missing) -> (redis: String, collector: String) {
        let own = ExecutableSearch.own()
        return (
            try ExecutableSearch.find(
                "redis-server", beside: own, path: path, remedy: "install it: apt-get install redis-server"),
            try ExecutableSearch.find(
                "collector", beside: own, path: path, remedy: "build it: swift build --product collector")
        )
    }
}

/// The last line of the start: the URL, once there is something to see.
private final class Greeting: Sendable {
    private struct State {
        var url: String?
        var hasRedis = false
        var hasCollector = false
        var isSaid = false
    }

    private let state = NIOLockedValueBox(State())

    func redisStarted(_ say: (String) -> Void) {
        sayWhenReady(say) { $0.hasRedis = true }
    }

    func collectorStarted(_ say: (String) -> Void) {
        sayWhenReady(say) { $0.hasCollector = true }
    }

    func listening(_ url: String, _ say: (String) -> Void) {
        sayWhenReady(say) { $0.url = url }
    }

    private func sayWhenReady(_ say: (String) -> Void, after change: (inout State) -> Void) {
        let url = state.withLockedValue { state -> String? in
            change(&state)
            guard state.hasRedis, state.hasCollector, !state.isSaid, let url = state.url else { return nil }
            state.isSaid = true
            return url
        }
        if let url { say("StreamAssembler shows this machine live: \(url)  (Ctrl-C ends it)") }
    }
}
