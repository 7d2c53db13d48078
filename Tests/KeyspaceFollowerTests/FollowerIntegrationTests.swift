import KeyspaceFollower
import RESP
import RedisClient
import SeededRandom
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct FollowerIntegrationTests {
    private let key = "sa:{web-1}:top"

    @Test func `emits what stood there before and what comes after, once`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            for number in 0..<50 { try await writer.add(key, Double(number), "old-\(number)") }
            try await FollowerObserver.running(server.unixURL) {
                $0.reconcileInterval = .seconds(60)
            } _: { observer in
                try await observer.untilLive()
                #expect(observer.status == .live(mode: .notifications))
                #expect(observer.members(key).count == 50)
                for number in 50..<100 { try await writer.add(key, Double(number), "new-\(number)") }
                try await writer.add("sa:{web-2}:top", 1, "other")
                let truth = try await writer.members(of: [key, "sa:{web-2}:top"])
                try await observer.untilHeld(truth)
                #expect(observer.members(key) == truth[key])
                #expect(observer.doubled == [])
                let statistics = await observer.statistics
                #expect(statistics.rowsRead < 200)
                #expect(statistics.keys == 2)
            }
        }
    }

    @Test func `finds late arrivals and equal scores`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilLive()
                var random = SeededGenerator(seed: 7)
                for number in 0..<400 {
                    var score = Double(number)
                    if number % 5 == 1 { score -= Double(Int.random(in: 1...60, using: &random)) + 0.5 }
                    if number % 5 == 3 { score -= 1 }
                    try await writer.add(key, score, "m-\(number)")
                }
                try await observer.untilHeld(try await writer.members(of: [key]))
                #expect(observer.doubled == [])
                #expect(observer.members(key).count == 400)
            }
        }
    }

    @Test func `takes transactions with trim and expiry`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilLive()
                for batch in 0..<60 {
                    // What a trim takes away unseen is no fault.
                    if batch % 4 == 0, batch > 0 {
                        try await observer.until { $0.members(self.key).contains("m-\(batch - 1)-6") }
                    }
                    var commands = [RESPCommand("MULTI")]
                    for number in 0..<7 {
                        let score = Double(batch * 7 + number)
                        commands.append(RESPCommand("ZADD", .string(key), .double(score), "m-\(batch)-\(number)"))
                    }
                    if batch % 4 == 0 {
                        commands.append(RESPCommand("ZREMRANGEBYRANK", .string(key), 0, -51))
                        commands.append(RESPCommand("PEXPIRE", .string(key), 3_600_000))
                    }
                    commands.append(RESPCommand("EXEC"))
                    for command in commands { try await writer.write(command) }
                }
                try await observer.untilHeld(try await writer.members(of: [key]))
                #expect(observer.doubled == [])
                #expect(observer.goneKeys == [])
                #expect(observer.members(key).count == 420)
            }
        }
    }

    @Test(arguments: [
        RESPCommand("DEL", "sa:{web-1}:top"), RESPCommand("UNLINK", "sa:{web-1}:top"), RESPCommand("FLUSHALL"),
        RESPCommand("PEXPIRE", "sa:{web-1}:top", 1), RESPCommand("RENAME", "sa:{web-1}:top", "elsewhere"),
        RESPCommand("SWAPDB", 0, 1), RESPCommand("SET", "sa:{web-1}:top", "text"),
        RESPCommand("ZREMRANGEBYRANK", "sa:{web-1}:top", 0, -1),
        RESPCommand("COPY", "one", "sa:{web-1}:top", "REPLACE"),
    ])
    func `tells that a key is gone, and follows its next incarnation`(command: RESPCommand) async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await writer.add("one", 1, "copied")
            for number in 0..<20 { try await writer.add(key, Double(number), "old-\(number)") }
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilHeld(try await writer.members(of: [key]))
                try await writer.write(command)
                try await observer.until { !$0.goneKeys.isEmpty }
                #expect(observer.goneKeys == [key])
                try await writer.write(RESPCommand("DEL", .string(key)))
                for number in 0..<20 { try await writer.add(key, Double(number), "new-\(number)") }
                let truth = try await writer.members(of: [key])
                try await observer.until { $0.members(self.key) == truth[self.key] }
                #expect(observer.doubled == [])
            }
        }
    }

    @Test func `removes what left from the middle`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            for number in 0..<20 { try await writer.add(key, Double(number), "m-\(number)") }
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilHeld(try await writer.members(of: [key]))
                try await writer.write(RESPCommand("ZREM", .string(key), "m-10", "m-12"))
                try await observer.until { $0.members(self.key).count == 18 }
                #expect(observer.members(key).isDisjoint(with: ["m-10", "m-12"]))
                #expect(observer.goneKeys == [])
            }
        }
    }

    @Test func `tells of a gap when a burst outruns the window`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            for number in 0..<20 { try await writer.add(key, Double(number), "m-\(number)") }
            try await FollowerObserver.running(server.unixURL) {
                $0.perKey = 50
            } _: { observer in
                try await observer.untilLive()
                var arguments: [RESPArgument] = [.string(key)]
                for number in 100..<1100 { arguments += [.integer(number), "burst-\(number)"] }
                try await writer.write(RESPCommand("ZADD", arguments))
                try await observer.until { $0.members(self.key).contains("burst-1099") }
                #expect(observer.gaps == [key])
                #expect(observer.members(key).contains("burst-1050"))
                #expect(!observer.members(key).contains("burst-1049"))
            }
        }
    }

    @Test func `skips a key of another type and follows it once it is a sorted set`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            try await writer.write(RESPCommand("SET", .string(key), "text"))
            try await FollowerObserver.running(server.unixURL) { observer in
                try await observer.untilLive()
                #expect(observer.held == [:])
                try await writer.write(RESPCommand("DEL", .string(key)))
                try await writer.add(key, 1, "sample")
                try await observer.untilHeld([key: ["sample"]])
                #expect(observer.goneKeys == [])
            }
        }
    }

    @Test func `takes the prefix literally and keeps to its database`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server, database: 3)
            var stranger = try Writer(server)
            try await FollowerObserver.running(server.unixURL + "?db=3") {
                $0.prefix = "s[a]*"
            } _: { observer in
                try await observer.untilLive()
                try await stranger.add("s[a]*:{h}:top", 1, "other database")
                try await writer.add("sa:{h}:top", 1, "other prefix")
                try await writer.add("s[a]*:{h}:top", 1, "sample")
                try await observer.untilHeld(["s[a]*:{h}:top": ["sample"]])
                #expect(observer.held.count == 1)
            }
        }
    }

    @Test func `keeps up with many keys at once`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            let keys = (0..<200).map { "sa:{host-\($0)}:top" }
            let padding = String(repeating: "x", count: 1000)
            try await FollowerObserver.running(server.unixURL) {
                $0.reconcileInterval = .seconds(60)
                // A connection given up on a busy machine would lose events, and all are counted below.
                $0.redis.pingDeadline = .seconds(60)
            } _: { observer in
                try await observer.untilLive()
                for batch in 0..<100 {
                    let commands = (0..<100).map { number in
                        let sample = batch * 100 + number
                        return RESPCommand(
                            "ZADD", .string(keys[sample % 200]), .integer(sample), "\(sample)-\(padding)")
                    }
                    try await writer.write(commands)
                }
                try await observer.untilHeld(try await writer.members(of: keys))
                #expect(observer.doubled == [])
                // What the last of them told of may have been read before they came.
                while await observer.statistics.events < 10_000 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                let statistics = await observer.statistics
                // A look reads what is new, and a row or none besides with each of its commands; how many looks there
                // are is a matter of pace.
                #expect(statistics.rowsRead < 10_000 + statistics.commands)
                #expect(statistics.events == 10_000)
            }
        }
    }

    @Test func `a member beyond the limits stops no other key`() async throws {
        try await RedisServerProcess.running { server in
            var writer = try Writer(server)
            for number in 0..<10 { try await writer.add("sa:{host-\(number)}:top", 1, "m-\(number)") }
            try await writer.add(key, 1, String(repeating: "x", count: 100_000))
            try await FollowerObserver.running(server.unixURL) {
                $0.redis.limits.bulkBytes = 50_000
            } _: { observer in
                try await observer.untilLive()
                #expect(observer.held.count == 10)
                try await writer.add("sa:{host-3}:top", 2, "after")
                try await observer.untilHeld(["sa:{host-3}:top": ["after"]])
                #expect(observer.doubled == [])
            }
        }
    }
}
