import Logging
import RESP
import RedisClient
import SeededRandom
import StreamAssembly
import TestSupport
import Testing

@testable import KeyspaceFollower

@Suite(.timeLimit(.minutes(3)))
struct FollowerReplicationTests {
    private static let key = "sa:{web-1}:top"
    private static let quick = ["--repl-diskless-sync-delay", "0"]

    private static func running(
        _ arguments: [String] = [], database: Int = 0, perKey: Int = 600,
        _ body: (RedisServerProcess, inout Writer, FollowerObserver) async throws -> Void
    ) async throws {
        try await RedisServerProcess.running(quick + arguments) { server in
            var writer = try Writer(server, database: database)
            try await FollowerObserver.running(server.unixURL + "?db=\(database)") {
                ($0.preference, $0.perKey) = (.replication, perKey)
            } _: { observer in
                try await body(server, &writer, observer)
            }
        }
    }

    @Test func `emits what stood there before and what comes after, without reading it`() async throws {
        try await RedisServerProcess.running(Self.quick) { server in
            var writer = try Writer(server)
            for number in 0..<50 { try await writer.add(Self.key, Double(number), "old-\(number)") }
            try await FollowerObserver.running(server.unixURL) {
                $0.preference = .replication
                // Else it asks for the server's offset now and then.
                $0.reconcileInterval = .seconds(3600)
            } _: { observer in
                try await observer.untilLive()
                #expect(observer.status == .live(mode: .replication))
                #expect(observer.members(Self.key).count == 50)
                let before = await observer.statistics.commands
                for number in 0..<2000 { try await writer.add(Self.key, Double(50 + number / 3), "new-\(number)") }
                try await observer.until { $0.members(Self.key).count == 2050 }
                #expect(observer.doubled == [])
                #expect(await observer.statistics.commands == before)
                #expect(await observer.statistics.rowsRead < 100)
            }
        }
    }

    @Test(arguments: [
        RESPCommand("DEL", "sa:{web-1}:top"), RESPCommand("UNLINK", "sa:{web-1}:top"), RESPCommand("FLUSHALL"),
        RESPCommand("PEXPIRE", "sa:{web-1}:top", 1), RESPCommand("RENAME", "sa:{web-1}:top", "elsewhere"),
        RESPCommand("SWAPDB", 0, 1), RESPCommand("SET", "sa:{web-1}:top", "text"), RESPCommand("FLUSHDB"),
        RESPCommand("ZREMRANGEBYRANK", "sa:{web-1}:top", 0, -1), RESPCommand("MOVE", "sa:{web-1}:top", 1),
        RESPCommand("COPY", "one", "sa:{web-1}:top", "REPLACE"),
        RESPCommand("EVAL", "redis.call('DEL', KEYS[1])", 1, "sa:{web-1}:top"),
        RESPCommand("ZRANGESTORE", "sa:{web-1}:top", "one", 0, -1),
    ])
    func `tells that a key is gone, and follows its next incarnation`(command: RESPCommand) async throws {
        try await Self.running { _, writer, observer in
            try await writer.add("one", 1, "copied")
            for number in 0..<20 { try await writer.add(Self.key, Double(number), "old-\(number)") }
            try await observer.untilHeld(try await writer.members(of: [Self.key]))
            try await writer.write(command)
            try await observer.until { !$0.goneKeys.isEmpty }
            #expect(observer.goneKeys == [Self.key])
            try await writer.write(RESPCommand("DEL", .string(Self.key)))
            for number in 0..<20 { try await writer.add(Self.key, Double(number), "new-\(number)") }
            let truth = try await writer.members(of: [Self.key])
            try await observer.until { $0.members(Self.key) == truth[Self.key] }
            #expect(observer.doubled == [])
        }
    }

    @Test func `keeps to its database`() async throws {
        try await Self.running(database: 3) { server, writer, observer in
            try await observer.untilLive()
            var stranger = try Writer(server)
            try await stranger.add(Self.key, 1, "other database")
            try await writer.add(Self.key, 1, "sample")
            try await stranger.add(Self.key, 2, "other database")
            try await writer.add(Self.key, 2, "second")
            try await observer.untilHeld([Self.key: ["sample", "second"]])
            #expect(observer.members(Self.key).count == 2)
        }
    }

    @Test func `loses and doubles nothing over lost connections`() async throws {
        try await Self.running { server, writer, observer in
            try await observer.untilLive()
            for number in 0..<400 {
                try await writer.add("sa:{h\(number % 5)}:top", Double(number), "m-\(number)")
                if number % 40 == 20 { _ = try await server.cli("CLIENT", "KILL", "TYPE", "replica") }
                if number % 40 == 30 { _ = try await server.cli("CLIENT", "KILL", "TYPE", "normal") }
            }
            try await observer.untilHeld(try await writer.members(of: (0..<5).map { "sa:{h\($0)}:top" }))
            #expect(observer.doubled == [])
            #expect(observer.goneKeys == [])
        }
    }

    @Test func `begins anew with a restarted server`() async throws {
        try await Self.running(["--appendonly", "yes", "--appendfsync", "always"]) { server, writer, observer in
            try await observer.untilLive()
            for number in 0..<100 {
                try await writer.add(Self.key, Double(number), "m-\(number)")
                if number % 40 == 20 { try await server.restart() }
            }
            try await observer.untilHeld(try await writer.members(of: [Self.key]))
            #expect(observer.doubled == [])
        }
    }

    @Test func `says what to do where the stream is forbidden, or follows notifications`() async throws {
        try await RedisServerProcess.running(["--rename-command", "PSYNC", ""]) { server in
            var writer = try Writer(server)
            try await FollowerObserver.running(server.unixURL) {
                $0.preference = .replication
            } _: { observer in
                try await observer.untilBackingOff(because: "this Redis does not give its replication stream")
                try await observer.untilBackingOff(because: "--follow auto")
            }
            try await FollowerObserver.running(server.unixURL) {
                $0.preference = .auto
            } _: { observer in
                try await observer.untilLive()
                #expect(observer.status == .live(mode: .notifications))
                try await writer.add(Self.key, 1, "sample")
                try await observer.untilHeld([Self.key: ["sample"]])
            }
        }
    }

    @Test func `needs the documented permissions and no more`() async throws {
        try await RedisServerProcess.running(Self.quick) { server in
            var writer = try Writer(server)
            let rules = FollowerRights(.replication, try RedisEndpoint(url: server.unixURL), prefix: "sa").rules
                .map(RESPArgument.string)
            try await writer.write(RESPCommand("ACL", ["SETUSER", "follower", "on", ">secret"] + rules))
            try await writer.add(Self.key, 1, "before")
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://follower:secret@")) {
                $0.preference = .replication
            } _: { observer in
                try await observer.untilLive()
                try await writer.add(Self.key, 2, "after")
                try await writer.add("sa:{web-2}:top", 2, "new key")
                try await observer.untilHeld([Self.key: ["before", "after"], "sa:{web-2}:top": ["new key"]])
                try await observer.until { $0.status == .live(mode: .replication) }
            }
            let commands = rules.compactMap {
                if case .string(let rule) = $0, rule.hasPrefix("+") { rule } else { nil }
            }
            #expect(commands.count > 5)
            // PING is answered by the refusal, too.
            for command in commands where command != "+ping" {
                try await writer.write(RESPCommand("ACL", "SETUSER", "less", "reset", "on", ">secret"))
                try await writer.write(
                    RESPCommand("ACL", ["SETUSER", "less"] + rules + [.string("-" + command.dropFirst())]))
                try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://less:secret@")) {
                    $0.preference = .replication
                } _: { observer in
                    try await observer.untilBackingOff(because: "NOPERM")
                }
            }
        }
    }

    @Test(arguments: [(1, 600), (2, 30)])
    func `knows every set after each of many random writes`(seed: UInt64, perKey: Int) async throws {
        try await Self.running(perKey: perKey) { server, writer, observer in
            try await observer.untilLive()
            var writing = try FollowerObserver.redis(server.unixURL)
            // It is the follower that has to notice a server that is slow, not who writes.
            writing.pingDeadline = .seconds(5)
            let connection = try await RedisConnector.connect(
                writing, on: FollowerObserver.eventLoop,
                logger: Logger(label: "writer"))
            var walk = RandomWrites(seed: seed)
            var rows = 0
            for round in 0..<150 {
                // Refused ones among them, such as a RENAME of nothing.
                _ = try await connection.pipeline(walk.batch(200) + RandomWrites.settle)
                try await writer.add("sa:{marker}:top", Double(round), "end-\(round)")
                try await observer.until { $0.members("sa:{marker}:top").contains("end-\(round)") }
                for key in RandomWrites.keys {
                    let truth = try await Self.rows(of: key, connection)
                    let believed = try await observer.settledWindow(of: key) ?? KeyWindow(capacity: perKey)
                    let ours = Set(truth.filter { believed.isOurs($0) }.map { RowID($0) })
                    let strays = ours.symmetricDifference(believed.items).filter { $0.score != believed.floor?.score }
                    #expect(strays.isEmpty, "round \(round), \(key)")
                    if !strays.isEmpty { return }
                    rows += truth.count
                }
            }
            #expect(rows > 5000)
            #expect(await observer.statistics.fullReads < 12_000)
            await connection.close()
        }
    }

    private static func rows(of key: String, _ connection: RedisConnection) async throws -> [Row] {
        let reply = try await connection.pipeline([RESPCommand("ZRANGE", .string(key), 0, -1, "WITHSCORES")]).first
        let words = (reply?.array ?? []).compactMap(\.bytes)
        return stride(from: 0, to: words.count, by: 2).map { index in
            Row(
                score: Double(String(decoding: words[index + 1], as: UTF8.self)) ?? .nan, member: words[index],
                memberHash: MemberHash.hash(words[index]))
        }
    }
}
