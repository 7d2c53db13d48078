import KeyspaceFollower
import RESP
import RedisClient
import TestSupport
import Testing

/// A follower behind real sentinels: the master dies or stalls, and comes back not knowing what has happened.
@Suite(.timeLimit(.minutes(2)), .serialized) struct SentinelFailoverTests {
    private let key = "sa:{h}:top"

    private func adjust(_ configuration: inout FollowerConfiguration) {
        // Long enough that it is the sentinels who tell, not our own patience.
        configuration.redis.pingInterval = .seconds(20)
        configuration.redis.pingDeadline = .seconds(20)
        configuration.redis.requestTimeout = .seconds(20)
        configuration.redis.connectTimeout = .seconds(20)
    }

    private func add(_ server: RedisServerProcess, _ score: Int, _ member: String) async throws {
        _ = try await server.cli("ZADD", key, "\(score)", member)
    }

    @Test(arguments: [FollowPreference.notifications, .replication])
    func `a killed master is left for the new one, and its stale return is not followed`(
        preference: FollowPreference
    ) async throws {
        try await SentinelSetup.running { setup in
            try await FollowerObserver.running(
                setup.url,
                adjust: {
                    adjust(&$0)
                    $0.preference = preference
                }
            ) { observer in
                try await observer.untilLive()
                try await add(setup.master, 1, "before")
                try await setup.untilReplicated(key, atLeast: 1)
                try await observer.untilHeld([key: ["before"]])
                await setup.master.kill()
                try await observer.untilBackingOff()
                try await observer.untilLive()
                try await add(setup.replica, 2, "after")
                try await observer.untilHeld([key: ["before", "after"]])
                // It comes back empty, as a master, and stays one until a sentinel sees it.
                try await setup.master.restart()
                try await add(setup.master, 3, "stale")
                let clients = try await setup.master.cli("CLIENT", "LIST")
                try await add(setup.replica, 4, "last")
                try await observer.untilHeld([key: ["before", "after", "last"]])
                #expect(observer.members(key) == ["before", "after", "last"])
                #expect(!clients.contains("psubscribe"))
                #expect(observer.doubled == [])
                #expect(observer.goneKeys == [])
            }
        }
    }

    @Test func `a stalled master is left when the sentinels name another, and not followed when it goes on`()
        async throws
    {
        try await SentinelSetup.running { setup in
            try await FollowerObserver.running(setup.url, adjust: adjust) { observer in
                try await observer.untilLive()
                try await add(setup.master, 1, "before")
                try await setup.untilReplicated(key, atLeast: 1)
                try await observer.untilHeld([key: ["before"]])
                setup.master.suspend()
                defer { setup.master.resume() }
                try await observer.untilBackingOff()
                try await observer.untilLive()
                try await add(setup.replica, 2, "after")
                try await observer.untilHeld([key: ["before", "after"]])
                setup.master.resume()
                try await add(setup.master, 3, "stale")
                try await add(setup.replica, 4, "last")
                try await observer.untilHeld([key: ["before", "after", "last"]])
                #expect(observer.members(key) == ["before", "after", "last"])
                #expect(observer.doubled == [])
            }
        }
    }

    @Test func `a failover is heard of although the named sentinels are dead by then`() async throws {
        try await SentinelSetup.running { setup in
            try await FollowerObserver.running(setup.url, adjust: adjust) { observer in
                try await observer.untilLive()
                await setup.sentinels[0].kill()
                _ = try await setup.sentinels[2].cli("SENTINEL", "FAILOVER", "main")
                try await observer.untilBackingOff()
                try await observer.untilLive()
                try await add(setup.replica, 1, "after")
                try await observer.untilHeld([key: ["after"]])
            }
        }
    }
}
