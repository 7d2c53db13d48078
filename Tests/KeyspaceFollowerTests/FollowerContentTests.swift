import KeyspaceFollower
import RESP
import StreamAssembly
import Synchronization
import TestSupport
import Testing

/// What is believed equals what a fresh reading gives, also where counts and events show nothing.
@Suite(.timeLimit(.minutes(1))) struct FollowerContentTests {
    private static let key = "sa:{web-1}:top"
    private static let quick = FollowMode.restrictedUser + ["--repl-diskless-sync-delay", "0"]

    private static func running(
        _ mode: FollowMode, _ arguments: [String] = [],
        adjust: @escaping (inout FollowerConfiguration) -> Void = { _ in },
        _ body: (RedisServerProcess, inout Writer, FollowerObserver) async throws -> Void
    ) async throws {
        try await RedisServerProcess.running(quick + arguments) { server in
            var writer = try Writer(server)
            let user = mode == .polling ? "restricted:restricted@" : ""
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://\(user)")) {
                $0.preference = mode == .replication ? .replication : .notifications
                adjust(&$0)
            } _: { observer in
                try await observer.untilLive()
                try await body(server, &writer, observer)
            }
        }
    }

    private static func untilEqual(_ writer: inout Writer, _ observer: FollowerObserver) async throws {
        let truth = try await writer.members(key)
        try await observer.until { $0.members(key) == truth }
    }

    @Test(arguments: FollowMode.allCases)
    func `sees what was rewritten at one time`(mode: FollowMode) async throws {
        try await Self.running(mode) { server, writer, observer in
            for (score, member) in [(1.0, "A"), (2, "B"), (3, "C")] { try await writer.add(Self.key, score, member) }
            try await Self.untilEqual(&writer, observer)
            for time in 1...3 {
                try await writer.write([
                    RESPCommand("MULTI"),
                    RESPCommand("ZREMRANGEBYSCORE", .string(Self.key), .integer(time), .integer(time)),
                    RESPCommand("ZADD", .string(Self.key), .integer(time), "new-\(time)"), RESPCommand("EXEC"),
                ])
                try await Self.untilEqual(&writer, observer)
            }
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `sees another score between the others`(mode: FollowMode) async throws {
        try await Self.running(mode) { server, writer, observer in
            for number in 0..<9 { try await writer.add(Self.key, Double(number), "m-\(number)") }
            try await Self.untilEqual(&writer, observer)
            try await writer.write(RESPCommand("ZADD", .string(Self.key), "XX", "CH", "5.5", "m-3"))
            try await observer.until { $0.held[Self.key]?.keys.contains { $0.score == 5.5 } == true }
            try await observer.until { $0.held[Self.key]?.keys.contains { $0.score == 3 } == false }
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `sees what was replaced while a connection was lost`(mode: FollowMode) async throws {
        try await Self.running(mode) { server, writer, observer in
            for number in 0..<9 { try await writer.add(Self.key, Double(number), "m-\(number)") }
            try await Self.untilEqual(&writer, observer)
            var kills = [RESPCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")]
            kills.append(RESPCommand("CLIENT", "KILL", "TYPE", "pubsub"))
            try await writer.write(
                [RESPCommand("MULTI")] + kills + [
                    RESPCommand("ZREM", .string(Self.key), "m-5"), RESPCommand("ZADD", .string(Self.key), 5, "other"),
                    RESPCommand("EXEC"),
                ])
            try await Self.untilEqual(&writer, observer)
            #expect(observer.goneKeys == [])
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `sees databases swapped that differ in one member`(mode: FollowMode) async throws {
        try await Self.running(mode) { server, writer, observer in
            var other = try Writer(server, database: 1)
            for number in 0..<9 {
                try await writer.add(Self.key, Double(number), "m-\(number)")
                try await other.add(Self.key, Double(number), number == 5 ? "other" : "m-\(number)")
            }
            try await Self.untilEqual(&writer, observer)
            try await writer.write(RESPCommand("SWAPDB", 0, 1))
            try await Self.untilEqual(&writer, observer)
            #expect(observer.members(Self.key).contains("other"))
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `a replica that has lost its master is not live`(mode: FollowMode) async throws {
        try await Self.running(mode) { server, writer, observer in
            try await RedisServerProcess.running(Self.quick, tcp: true) { master in
                let port = try #require(master.port)
                try await writer.write(RESPCommand("REPLICAOF", "127.0.0.1", .integer(port)))
                var other = try Writer(master)
                try await other.add(Self.key, 1, "of the master")
                try await observer.untilHeld([Self.key: ["of the master"]])
                try await observer.untilLive()
            }
            try await observer.untilBackingOff(because: "lost its master")
            try await writer.write(RESPCommand("REPLICAOF", "NO", "ONE"))
            try await observer.untilLive()
            try await writer.add(Self.key, 2, "its own")
            try await observer.untilHeld([Self.key: ["of the master", "its own"]])
        }
    }

    // MARK: - What takes no place

    @Test(arguments: FollowMode.allCases)
    func `samples of the future starve none of now, and come when their time has come`(mode: FollowMode) async throws {
        let ceiling = Mutex(1000.0)
        try await Self.running(mode) {
            $0.perKey = 50
            $0.latestScore = { ceiling.withLock(\.self) }
        } _: { server, writer, observer in
            let early = (0..<1000).flatMap { [RESPArgument.integer(2000 + $0), .string("early-\($0)")] }
            try await writer.write(RESPCommand("ZADD", [.string(Self.key)] + early))
            for number in 0..<20 { try await writer.add(Self.key, Double(number), "m-\(number)") }
            try await observer.untilHeld([Self.key: Set((0..<20).map { "m-\($0)" })])
            // One that is too early is told of, to be rejected by name; it is none of the window.
            try await observer.until { $0.members(Self.key).contains { $0.hasPrefix("early") } }
            #expect(await observer.belief[Self.key]?.count == 20)
            ceiling.withLock { $0 = 2009 }
            try await observer.untilHeld([Self.key: Set((0..<10).map { "early-\($0)" })])
            while await observer.belief[Self.key]?.count != 30 { try await observer.nextFact() }
            #expect(observer.goneKeys == [])
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `each sample that came too early is told or counted once, also while others' time comes`(
        mode: FollowMode
    ) async throws {
        let ceiling = Mutex(1000.0)
        func write(_ numbers: Range<Int>, _ writer: inout Writer) async throws {
            let rows = numbers.flatMap { [RESPArgument.integer(2000 + $0), .string("early-\($0)")] }
            try await writer.write(RESPCommand("ZADD", [.string(Self.key)] + rows))
        }
        /// Those whose time has come are told once more.
        func told(_ observer: FollowerObserver) -> Int {
            (observer.held[Self.key]?.count ?? 0) + observer.doubled.count + observer.passedOver[Self.key, default: 0]
        }
        try await Self.running(mode) {
            $0.latestScore = { ceiling.withLock(\.self) }
        } _: { server, writer, observer in
            try await write(0..<1000, &writer)
            try await observer.until { told($0) >= 1000 }
            #expect(told(observer) == 1000)
            ceiling.withLock { $0 = 2009 }
            try await write(1000..<1010, &writer)
            try await observer.until { told($0) >= 1020 }
            #expect(told(observer) == 1020)
            #expect(await observer.belief[Self.key]?.count == 10)
        }
    }

    @Test(arguments: FollowMode.allCases)
    func `members that are no samples starve none that are`(mode: FollowMode) async throws {
        try await RedisServerProcess.running(Self.quick) { server in
            var writer = try Writer(server)
            let bad = (0..<1000).flatMap { [RESPArgument.integer(2000 + $0), .string("bad-\($0)")] }
            try await writer.write(RESPCommand("ZADD", [.string(Self.key)] + bad))
            for number in 0..<80 { try await writer.add(Self.key, Double(number), "m-\(number)") }
            let user = mode == .polling ? "restricted:restricted@" : ""
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://\(user)")) {
                $0.preference = mode == .replication ? .replication : .notifications
                $0.perKey = 70
                $0.isSample = { row, _ in row.member.first == UInt8(ascii: "m") }
            } _: { observer in
                try await observer.untilHeld([Self.key: Set((10..<80).map { "m-\($0)" })])
                try await writer.add(Self.key, 5000, "m-last")
                try await observer.untilHeld([Self.key: ["m-last"]])
                #expect(observer.doubled == [])
            }
        }
    }

    @Test(arguments: [FollowMode.notifications, .replication], [true, false])
    func `a key larger than Redis lets wait stops no other`(mode: FollowMode, mayAsk: Bool) async throws {
        let limit = ["--client-output-buffer-limit", "normal 4mb 0 0"]
        try await RedisServerProcess.running(Self.quick + limit) { server in
            var writer = try Writer(server)
            for number in 0..<600 {
                try await writer.add(
                    "sa:{large}:top", Double(number), "\(number)-" + String(repeating: "x", count: 10_000))
            }
            for number in 0..<20 { try await writer.add("sa:{host-\(number)}:top", 1, "m-\(number)") }
            let user = mayAsk ? "" : "restricted:restricted@"
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://\(user)")) {
                $0.preference = mode == .replication ? .replication : .notifications
            } _: { observer in
                try await observer.until { $0.members("sa:{large}:top").count == 600 && $0.held.count == 21 }
                try await observer.untilLive()
                #expect(observer.doubled == [])
            }
        }
    }

    @Test func `finds a new key soon where nothing tells of it`() async throws {
        try await Self.running(.polling) {
            $0.scanInterval = .seconds(3600)
        } _: { server, writer, observer in
            try await writer.add("sa:{new}:top", 1, "sample")
            try await observer.untilHeld(["sa:{new}:top": ["sample"]])
        }
    }
}
