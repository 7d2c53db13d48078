import KeyspaceFollower
import Logging
import RESP
import RedisClient
import ServiceLifecycle
import TestSupport
import Testing

/// Collectors write all the time, something breaks, and in the end nothing is missing and nothing doubled.
@Suite(.timeLimit(.minutes(1))) struct FollowerReconnectTests {
    private static let keys = (0..<5).map { "sa:{host-\($0)}:top" }

    private func write(_ range: Range<Int>, _ writer: inout Writer) async throws {
        for number in range {
            let score = number % 7 == 3 ? Double(number) - 20.5 : Double(number)
            try await writer.add(Self.keys[number % Self.keys.count], score, "m-\(number)")
        }
    }

    private func check(_ observer: FollowerObserver, _ writer: inout Writer, count: Int) async throws {
        let truth = try await writer.members(of: Self.keys)
        #expect(truth.values.reduce(0) { $0 + $1.count } == count)
        try await observer.untilHeld(truth)
        for key in Self.keys { #expect(observer.members(key) == truth[key]) }
        #expect(observer.doubled == [])
        #expect(observer.goneKeys == [])
        try await observer.untilLive()
    }

    @Test(arguments: ["pubsub", "normal"])
    func `loses and doubles nothing when connections are killed`(type: String) async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilLive()
                for round in 0..<5 {
                    try await write(round * 60..<round * 60 + 30, &writer)
                    try await writer.write(RESPCommand("CLIENT", "KILL", "TYPE", .string(type), "SKIPME", "yes"))
                    try await write(round * 60 + 30..<round * 60 + 60, &writer)
                    try await observer.untilBackingOff()
                }
                try await check(observer, &writer, count: 300)
            }
        }
    }

    @Test func `loses and doubles nothing over a crash of a server with a log`() async throws {
        let persistent = ["--appendonly", "yes", "--appendfsync", "always"]
        try await RedisServerProcess.running(persistent) { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilLive()
                for round in 0..<2 {
                    try await write(round * 60..<round * 60 + 60, &writer)
                    try await server.restart()
                }
                try await write(120..<150, &writer)
                try await check(observer, &writer, count: 150)
                try await observer.until { $0.status == .live(mode: .notifications) }
            }
        }
    }

    @Test func `tells that everything is gone after a crash of a server without a log`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await write(0..<50, &writer)
                try await observer.untilHeld(try await writer.members(of: Self.keys))
                try await server.restart()
                try await observer.until { $0.goneKeys.count == Self.keys.count }
                try await write(50..<60, &writer)
                try await observer.untilHeld(try await writer.members(of: Self.keys))
                #expect(observer.doubled == [])
            }
        }
    }

    @Test func `finds out that the server stalls, and goes on when it does`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) {
                $0.redis.requestTimeout = .milliseconds(200)
                $0.redis.connectTimeout = .milliseconds(200)
            } _: { observer in
                try await observer.untilLive()
                try await write(0..<50, &writer)
                server.suspend()
                try await observer.untilBackingOff()
                server.resume()
                try await write(50..<100, &writer)
                try await check(observer, &writer, count: 100)
            }
        }
    }

    @Test func `loses nothing when Redis drops it for reading too slowly`() async throws {
        let small = ["--client-output-buffer-limit", "pubsub", "16kb", "0", "0"]
        try await RedisServerProcess.running(small) { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilLive()
                var commands = [RESPCommand("MULTI")]
                for number in 0..<2000 {
                    let key = Self.keys[number % Self.keys.count]
                    commands.append(RESPCommand("ZADD", .string(key), .integer(number), "m-\(number)"))
                }
                try await writer.write(commands + [RESPCommand("EXEC")])
                try await observer.untilBackingOff()
                try await check(observer, &writer, count: 2000)
            }
        }
    }

    @Test func `waits for a script that holds the server`() async throws {
        try await RedisServerProcess.running(["--busy-reply-threshold", "20"]) { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await write(0..<50, &writer)
                try await observer.untilHeld(try await writer.members(of: Self.keys))
                async let script = server.cli("EVAL", "while true do end", "0")
                while try await !server.cli("PING").contains("BUSY") {}
                try await observer.untilBackingOff()
                _ = try await server.cli("SCRIPT", "KILL")
                _ = try await script
                try await write(50..<100, &writer)
                try await check(observer, &writer, count: 100)
            }
        }
    }

    @Test func `finds its keys again when databases were swapped out and back`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await write(0..<50, &writer)
                try await observer.untilHeld(try await writer.members(of: Self.keys))
                try await writer.write(RESPCommand("SWAPDB", 0, 1))
                try await observer.until { Set($0.goneKeys) == Set(Self.keys) }
                try await writer.write(RESPCommand("SWAPDB", 0, 1))
                let truth = try await writer.members(of: Self.keys)
                try await observer.untilHeld(truth)
                #expect(observer.doubled == [])
            }
        }
    }

    @Test func `ends with its service group`() async throws {
        try await RedisServerProcess.running { server in
            let (statuses, continuation) = AsyncStream<FollowerStatus>.makeStream()
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let follower = KeyspaceFollower(
                FollowerConfiguration(redis: try FollowerObserver.redis(server.unixURL)),
                eventLoop: FollowerObserver.eventLoop, logger: logger, onChanges: { _ in [] },
                onStatus: { continuation.yield($0) })
            let group = ServiceGroup(services: [follower], logger: logger)
            let running = Task { try await group.run() }
            for await status in statuses {
                if case .live = status { break }
            }
            await group.triggerGracefulShutdown()
            try await running.value
            let clients = try await server.cli("CLIENT", "LIST")
            #expect(clients.split(separator: "\n").count == 1)
        }
    }
}
