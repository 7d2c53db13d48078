import Daemon
import ServiceLifecycle
import TestSupport
import Testing

/// How the daemon starts, fails to, and ends.
@Suite(.timeLimit(.minutes(1))) struct LifeTests {
    private func run(_ adjust: (inout DaemonConfiguration) -> Void) async throws {
        var configuration = DaemonConfiguration()
        configuration.port = 0
        adjust(&configuration)
        try await Composition(configuration, writeLog: { _ in }).run { _ in }
    }

    @Test func `a port in use is told with the remedy and status 69`() async throws {
        try await RunningDaemon.with { daemon in
            let failure = await #expect(throws: StartFailure.self) {
                try await run {
                    $0.port = daemon.port
                    $0.redisURL = daemon.redis.unixURL
                }
            }
            #expect(failure?.exitStatus == 69)
            #expect(
                failure?.description
                    == "port \(daemon.port) on 127.0.0.1 is in use; choose another: --port \(daemon.port + 1), or --port 0 for a free one"
            )
        }
    }

    @Test func `a Redis that is required and not there ends with status 69 and its name`() async throws {
        let failure = await #expect(throws: StartFailure.self) {
            try await run {
                $0.requireRedis = true
                $0.redisURL = "unix:///nowhere/redis.sock"
            }
        }
        #expect(failure?.exitStatus == 69)
        #expect(failure?.description.contains("/nowhere/redis.sock") == true)
    }

    @Test func `a graceful shutdown closes every client and ends in time`() async throws {
        try await RunningDaemon.with { daemon in
            let clients = [try await daemon.client(), try await daemon.client()]
            let silent = try await daemon.client()
            try await silent.socket.socket.setReading(false)
            let idle = try await HTTPProbe.connect(port: daemon.port)
            let time = OwnTime()
            await daemon.group.triggerGracefulShutdown()
            for client in clients { #expect(await client.socket.untilClosed() == 1001) }
            #expect(await idle.readToEnd().isEmpty)
            try await daemon.ended.value
            #expect(time.elapsed < .seconds(5))
            // Its connections have left Redis too.
            let others = try await daemon.redis.cli("CLIENT", "LIST")
            #expect(!others.contains("psubscribe"))
        }
    }

    @Test func `a shutdown while Redis is away ends in time`() async throws {
        try await RunningDaemon.with { daemon in
            let client = try await daemon.client()
            await daemon.redis.kill()
            await daemon.log.until("redis is away")
            let time = OwnTime()
            await daemon.group.triggerGracefulShutdown()
            #expect(await client.socket.untilClosed() == 1001)
            try await daemon.ended.value
            #expect(time.elapsed < .seconds(5))
        }
    }

    @Test func `a shutdown while Redis hangs ends in time`() async throws {
        try await RunningDaemon.with { daemon in
            daemon.redis.suspend()
            defer { daemon.redis.resume() }
            let time = OwnTime()
            await daemon.group.triggerGracefulShutdown()
            try await daemon.ended.value
            #expect(time.elapsed < .seconds(5))
        }
    }
}
