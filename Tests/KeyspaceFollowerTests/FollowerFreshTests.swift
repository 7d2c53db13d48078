import KeyspaceFollower
import RESP
import StreamAssembly
import TestSupport
import Testing

/// The window holds what a fresh one would, by whatever way it follows.
///
/// One server at a time: others test beside it.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FollowerFreshTests {
    private static let key = "sa:{web-1}:top"
    private static let other = "sa:{web-2}:top"
    private static let name = RESPArgument.string(key)
    private static let quick = FollowMode.restrictedUser + ["--repl-diskless-sync-delay", "0"]

    /// - Parameters:
    ///   - prepare: what the server is told before anybody follows it.
    ///   - perKey: how many of the newest members of a key are followed.
    private static func following(
        _ mode: FollowMode, _ arguments: [String] = [], prepare: [RESPCommand] = [], perKey: Int = 600,
        _ body: (RedisServerProcess, inout Writer, FollowerObserver) async throws -> Void
    ) async throws {
        try await RedisServerProcess.running(quick + arguments) { server in
            var writer = try Writer(server)
            try await writer.write(prepare)
            let user = mode == .polling ? "restricted:restricted@" : ""
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://\(user)")) {
                $0.preference = mode == .replication ? .replication : .notifications
                $0.perKey = perKey
            } _: { observer in
                try await observer.untilLive()
                try await body(server, &writer, observer)
            }
        }
    }

    private static func add(_ score: Int, _ id: String, _ version: Int = 0) -> RESPCommand {
        RESPCommand("ZADD", name, .integer(score), member(id, version))
    }

    private static func member(_ id: String, _ version: Int) -> RESPArgument {
        .string(#"{"id":"\#(id)","v":\#(version)}"#)
    }

    // MARK: Two members with one id

    /// Each takes the newer of two members that have the id `x`.
    private static let losses: [[RESPCommand]] = [
        [RESPCommand("ZREM", name, member("x", 2))],
        [RESPCommand("ZREMRANGEBYSCORE", name, 5, 5)],
        [RESPCommand("ZREMRANGEBYRANK", name, -1, -1)],
        [RESPCommand("ZPOPMAX", name)],
        [RESPCommand("ZADD", name, "XX", 1, member("x", 2))],
        [RESPCommand("ZINCRBY", name, -4, member("x", 2))],
        [RESPCommand("MULTI"), RESPCommand("DEL", name), add(3, "x", 1), add(4, "y"), RESPCommand("EXEC")],
        [RESPCommand("ZRANGESTORE", name, name, 0, -2)],
        [
            RESPCommand("MULTI"), RESPCommand("ZREM", name, member("x", 2)), add(5, "z"), RESPCommand("EXEC"),
        ],
    ]

    @Test(arguments: FollowMode.allCases)
    func `shows the older of two members with one id when the newer is gone`(mode: FollowMode) async throws {
        try await Self.following(mode) { _, writer, observer in
            for (number, loss) in Self.losses.enumerated() {
                try await writer.write(Self.add(2, "w"), Self.add(4, "y"))
                // Either may be read before the other.
                for (score, version) in number.isMultiple(of: 2) ? [(3, 1), (5, 2)] : [(5, 2), (3, 1)] {
                    try await writer.write(Self.add(score, "x", version))
                    try await observer.untilWindowIsFresh([Self.key], &writer)
                }
                try await writer.write(loss)
                try await observer.untilWindowIsFresh([Self.key], &writer)
                #expect(await observer.window.contains { $0.id == "x" })
                try await writer.write(RESPCommand("DEL", Self.name))
                try await observer.untilWindowIsFresh([Self.key], &writer)
            }
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `shows the same of two members with one id and one score, whichever came first`(
        mode: FollowMode
    ) async throws {
        try await Self.following(mode) { _, writer, observer in
            for versions in [[1, 2], [2, 1]] {
                for version in versions {
                    try await writer.write(Self.add(5, "x", version))
                    try await observer.untilWindowIsFresh([Self.key], &writer)
                }
                try await writer.write(RESPCommand("ZREM", Self.name, Self.member("x", 2)))
                try await observer.untilWindowIsFresh([Self.key], &writer)
                try await writer.write(RESPCommand("DEL", Self.name))
            }
        }
    }

    // MARK: The bottom

    private static let bottomLosses: [RESPCommand] = [
        RESPCommand("ZPOPMIN", name),
        RESPCommand("ZREMRANGEBYRANK", name, 0, 0),
        RESPCommand("ZREMRANGEBYRANK", name, 0, -21),
        RESPCommand("ZMPOP", 1, name, "MIN"),
        RESPCommand(
            "EVAL", "return redis.call('ZREM', KEYS[1], redis.call('ZRANGE', KEYS[1], 0, 0)[1])", 1, name),
        RESPCommand(
            "EVAL",
            "return redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])",
            1, name),
    ]

    @Test(arguments: FollowMode.allCases)
    func `drops what leaves at the bottom`(mode: FollowMode) async throws {
        try await Self.following(mode) { _, writer, observer in
            for loss in Self.bottomLosses {
                try await writer.write((0..<20).map { Self.add($0, "old-\($0)") })
                try await observer.untilWindowIsFresh([Self.key], &writer)
                try await writer.write(loss)
                try await observer.untilWindowIsFresh([Self.key], &writer)
                for number in 20..<70 { try await writer.write(Self.add(number, "new-\(number)"), loss) }
                try await observer.untilWindowIsFresh([Self.key], &writer)
                try await writer.write(RESPCommand("DEL", Self.name))
                try await observer.untilWindowIsFresh([Self.key], &writer)
            }
        }
    }

    // MARK: Keys larger than their share

    /// Each takes newer members of a key of 100, of which 60 are followed.
    private static let newerLosses: [[RESPCommand]] = [
        [RESPCommand("ZREMRANGEBYRANK", name, -30, -1)],
        [RESPCommand("ZREMRANGEBYRANK", name, -31, -2)],
        [RESPCommand("ZREMRANGEBYRANK", name, -60, -31)],
        // All that are followed, and more.
        [RESPCommand("ZREMRANGEBYRANK", name, -70, -1)],
        Array(repeating: RESPCommand("ZPOPMAX", name), count: 30),
        [RESPCommand("ZPOPMAX", name, 30)],
        [RESPCommand("ZMPOP", 1, name, "MAX", "COUNT", 30)],
        [RESPCommand("ZREM", name, member("97", 0)), RESPCommand("ZREM", name, member("80", 0), member("60", 0))],
        [RESPCommand("ZREMRANGEBYSCORE", name, 70, "+inf")],
        [RESPCommand("ZREMRANGEBYSCORE", name, 50, 89)],
        [RESPCommand("ZREMRANGEBYLEX", name, "-", "+"), RESPCommand("ZREM", name, member("99", 0))],
        [RESPCommand("ZADD", name, "XX", 5, member("99", 0), 6, member("98", 0))],
        [RESPCommand("ZINCRBY", name, -90, member("99", 0))],
        [RESPCommand("MULTI"), RESPCommand("DEL", name)] + (10..<90).map { add($0, "\($0)") } + [RESPCommand("EXEC")],
        [RESPCommand("ZRANGESTORE", name, name, 0, 69)],
        // What is new makes up for what was lost.
        [RESPCommand("MULTI"), RESPCommand("ZPOPMAX", name, 2), add(200, "x"), RESPCommand("EXEC")],
        [RESPCommand("ZREMRANGEBYRANK", name, -30, -1), RESPCommand("ZREMRANGEBYRANK", name, 0, 19)],
    ]

    @Test(arguments: FollowMode.allCases)
    func `shows the newest that Redis holds of a key larger than its share when newer members leave`(
        mode: FollowMode
    ) async throws {
        try await Self.following(mode, perKey: 60) { _, writer, observer in
            for loss in Self.newerLosses {
                try await writer.write((0..<100).map { Self.add($0, "\($0)") })
                try await observer.untilWindowIsFresh([Self.key], &writer)
                #expect(await observer.window.count == 60)
                try await writer.write(loss)
                try await observer.untilWindowIsFresh([Self.key], &writer)
                // It goes on from there.
                for number in 300..<320 {
                    try await writer.write(
                        Self.add(number, "\(number)"), RESPCommand("ZREM", Self.name, Self.member("\(number)", 0)))
                }
                try await observer.untilWindowIsFresh([Self.key], &writer)
                try await writer.write(RESPCommand("DEL", Self.name))
                try await observer.untilWindowIsFresh([Self.key], &writer)
            }
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `counts members that lost to another of their id in a key larger than its share`(
        mode: FollowMode
    ) async throws {
        try await Self.following(mode, perKey: 60) { _, writer, observer in
            for number in 0..<50 {
                // Of each two one counts.
                try await writer.write(Self.add(2 * number, "\(number)", 1), Self.add(2 * number + 1, "\(number)", 2))
                if number % 10 == 9 { try await observer.untilWindowIsFresh([Self.key], &writer) }
            }
            #expect(await observer.window.count == 30)
            for number in 100..<130 { try await writer.write(Self.add(number, "\(number)")) }
            try await observer.untilWindowIsFresh([Self.key], &writer)
            #expect(await observer.window.count == 45)
            try await writer.write(RESPCommand("ZPOPMAX", Self.name, 40))
            try await observer.untilWindowIsFresh([Self.key], &writer)
            #expect(await observer.window.count == 30)
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `shows the same of members of one score where not all have room`(mode: FollowMode) async throws {
        try await Self.following(mode, perKey: 10) { _, writer, observer in
            // By id they stand the other way round.
            for number in 0..<40 {
                try await writer.write(
                    RESPCommand(
                        "ZADD", Self.name, .integer(number / 6),
                        .string(#"{"v":\#(10 + number),"id":"\#(99 - number)"}"#)))
                if number % 4 == 3 { try await observer.untilWindowIsFresh([Self.key], &writer) }
            }
            #expect(await observer.window.count == 10)
        }
    }

    /// Where each write is known, nothing else has a key read.
    @Test(arguments: [0, -1_000_000_000])
    func `reads no key again for what leaves at the bottom and comes at the top`(lowest: Int) async throws {
        try await Self.following(.replication, perKey: 50) { _, writer, observer in
            // With the lower start, these are too old for the window.
            try await writer.write((0..<200).map { Self.add(lowest + $0, "\($0)") })
            for number in 200..<210 { try await writer.write(Self.add(number, "\(number)")) }
            try await observer.until { $0.members(Self.key).contains(#"{"id":"209","v":0}"#) }
            _ = try await observer.settledWindow(of: Self.key)
            let before = await observer.statistics.fullReads
            for (round, kept) in [200, 60, 50, 49, 45, 30].enumerated() {
                for step in 0..<60 {
                    let number = 1000 * (round + 1) + step
                    try await writer.write(
                        Self.add(number, "\(number)"), RESPCommand("ZREMRANGEBYRANK", Self.name, 0, .integer(-kept - 1))
                    )
                    let last = #"{"id":"\#(number)","v":0}"#
                    try await observer.until { $0.members(Self.key).contains(last) }
                }
                // Time enough for a read that waits for its turn.
                for _ in 0..<10 { try await observer.untilTick() }
            }
            #expect(await observer.statistics.fullReads == before)
            #expect(await observer.belief[Self.key]?.count == 30)
        }
    }

    // MARK: What is in no event and no stream

    @Test(arguments: FollowMode.allCases)
    func `sees a data set that was read again from an older file`(mode: FollowMode) async throws {
        try await Self.following(mode, ["--enable-debug-command", "yes"]) { _, writer, observer in
            for number in 0..<9 { try await writer.write(Self.add(number, "\(number)")) }
            try await writer.write(RESPCommand("ZADD", .string(Self.other), 1, Self.member("only then", 0)))
            try await writer.write(RESPCommand("SAVE"))
            let keys = [Self.key, Self.other]
            for _ in 0..<3 {
                try await writer.write(
                    Self.add(9, "9"), RESPCommand("ZREM", Self.name, Self.member("5", 0)), Self.add(5, "5", 1))
                try await writer.write(RESPCommand("DEL", .string(Self.other)))
                try await observer.untilWindowIsFresh(keys, &writer)
                try await writer.write(RESPCommand("DEBUG", "RELOAD", "NOSAVE"))
                try await observer.untilWindowIsFresh(keys, &writer)
                #expect(await observer.window.count == 10)
            }
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `sees what a restart has lost`(mode: FollowMode) async throws {
        try await Self.following(mode) { server, writer, observer in
            for number in 0..<9 { try await writer.write(Self.add(number, "\(number)")) }
            try await writer.write(RESPCommand("SAVE"))
            try await writer.write(Self.add(9, "9"), RESPCommand("ZREM", Self.name, Self.member("5", 0)))
            try await observer.untilWindowIsFresh([Self.key], &writer)
            try await server.restart()
            try await observer.untilWindowIsFresh([Self.key], &writer)
            #expect(await observer.window.count == 9)
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `sees what is written to a replica itself`(mode: FollowMode) async throws {
        try await RedisServerProcess.running(Self.quick, tcp: true) { master in
            var above = try Writer(master)
            let port = try #require(master.port)
            try await Self.following(
                mode, ["--replica-read-only", "no"],
                prepare: [RESPCommand("REPLICAOF", "127.0.0.1", .integer(port))]
            ) { _, writer, observer in
                for number in 0..<9 { try await above.write(Self.add(number, "\(number)")) }
                try await observer.until { $0.members(Self.key).count == 9 }
                let keys = [Self.key, Self.other]
                try await writer.write(RESPCommand("ZREM", Self.name, Self.member("5", 0)), Self.add(5, "5", 1))
                try await writer.write(RESPCommand("ZADD", .string(Self.other), 1, Self.member("new", 0)))
                try await observer.untilWindowIsFresh(keys, &writer)
                try await above.write(Self.add(20, "of the master"))
                try await observer.until { $0.members(Self.key).contains { $0.contains("of the master") } }
                try await writer.write(RESPCommand("FLUSHALL"))
                try await observer.untilWindowIsFresh(keys, &writer)
                #expect(await observer.window.isEmpty)
            }
        }
    }
}
