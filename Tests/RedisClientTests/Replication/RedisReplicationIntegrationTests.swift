import Logging
import NIOCore
import RESP
import TestSupport
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(1)))
struct RedisReplicationIntegrationTests {
    /// A link, and what it tells.
    private struct Link {
        let link: RedisReplication
        var events: AsyncStream<RedisReplication.Event>.Iterator
        private(set) var position: ReplicationPosition?

        init(_ url: String, from position: ReplicationPosition? = nil) async throws {
            let (events, continuation) = AsyncStream<RedisReplication.Event>.makeStream()
            link = try await RedisReplication.connect(
                try configuration(url), from: position, on: testEventLoop, logger: Logger(label: "test")
            ) { events in
                for event in events { continuation.yield(event) }
            }
            link.closeFuture.whenComplete { _ in continuation.finish() }
            self.events = events.makeAsyncIterator()
        }

        mutating func start() async throws -> (position: ReplicationPosition, isContinued: Bool) {
            guard case .start(let position, let isContinued)? = await events.next(isolation: #isolation) else {
                throw CancellationError()
            }
            self.position = position
            return (position, isContinued)
        }

        /// The words of the next command that is no PING of the master's.
        mutating func command() async throws -> (words: [String], database: Int?) {
            while let event = await events.next(isolation: #isolation) {
                guard case .command(let command) = event else { continue }
                position?.offset = command.end
                position?.database = command.database
                let words = command.command.words.map { String(decoding: $0, as: UTF8.self) }
                if words != ["PING"], !words.isEmpty { return (words, command.database) }
            }
            throw CancellationError()
        }

        /// The next write of a sorted set.
        mutating func write() async throws -> (words: [String], database: Int?) {
            while true {
                let command = try await command()
                if command.words.first?.hasPrefix("Z") == true { return command }
            }
        }
    }

    private static let quick = ["--repl-diskless-sync-delay", "0"]

    @Test(arguments: [
        ["--repl-diskless-sync", "no"], ["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"],
        ["--repl-diskless-sync-delay", "0", "--rename-command", "WAIT", ""],
    ])
    func `tells every write after the data set has passed`(arguments: [String]) async throws {
        try await RedisServerProcess.running(arguments) { server in
            let client = try await connect(to: server.unixURL)
            _ = try await client.send(RESPCommand("SET", "large", .string(String(repeating: "x", count: 1 << 20))))
            var link = try await Link(server.unixURL)
            #expect(try await link.start().isContinued == false)
            for number in 0..<100 {
                _ = try await client.send(RESPCommand("ZADD", "k", .integer(number), .string("m\(number)")))
            }
            for number in 0..<100 {
                let write = try await link.write()
                #expect(write.words == ["ZADD", "k", "\(number)", "m\(number)"])
                #expect(write.database == 0)
            }
            let info = try await client.send(RESPCommand("INFO", "replication")).string ?? ""
            #expect(info.contains("master_repl_offset:\(link.position?.offset ?? -1)\r\n"))
            await link.link.close()
            await client.close()
        }
    }

    @Test func `goes on where it ended, without a gap`() async throws {
        try await RedisServerProcess.running(Self.quick) { server in
            let client = try await connect(to: server.unixURL)
            var first = try await Link(server.unixURL)
            _ = try await first.start()
            _ = try await client.send(RESPCommand("SELECT", 3))
            _ = try await client.send(RESPCommand("ZADD", "k", 1, "before"))
            #expect(try await first.write().words.last == "before")
            await first.link.close()
            _ = try await client.send(RESPCommand("ZADD", "k", 2, "away"))
            var second = try await Link(server.unixURL, from: first.position)
            #expect(try await second.start().isContinued)
            let write = try await second.write()
            #expect(write.words.last == "away")
            #expect(write.database == 3)
            await second.link.close()
            await client.close()
        }
    }

    @Test func `begins anew where the backlog does not reach back`() async throws {
        try await RedisServerProcess.running(Self.quick + ["--repl-backlog-size", "16kb"]) { server in
            let client = try await connect(to: server.unixURL)
            var first = try await Link(server.unixURL)
            let position = try await first.start().position
            _ = try await client.send(RESPCommand("ZADD", "k", 1, "m"))
            _ = try await first.write()
            await first.link.close()
            let long = String(repeating: "x", count: 100_000)
            for _ in 0..<4 { _ = try await client.send(RESPCommand("SET", "s", .string(long))) }
            var second = try await Link(server.unixURL, from: position)
            #expect(try await second.start().isContinued == false)
            await second.link.close()
            await client.close()
        }
    }

    @Test func `begins anew after a restart of the master`() async throws {
        try await RedisServerProcess.running(Self.quick) { server in
            var first = try await Link(server.unixURL)
            let position = try await first.start().position
            try await server.restart()
            var second = try await Link(server.unixURL, from: position)
            let start = try await second.start()
            #expect(start.isContinued == false)
            #expect(start.position.id != position.id)
            await second.link.close()
        }
    }

    @Test func `needs no more than three permissions, and says which is missing`() async throws {
        try await RedisServerProcess.running(Self.quick) { server in
            let admin = try await connect(to: server.unixURL)
            let user: [RESPArgument] = ["SETUSER", "replica", "on", ">secret"]
            _ = try await admin.send(RESPCommand("ACL", user + ["+psync", "+replconf", "+ping"]))
            let url = server.unixURL.replacing("unix://", with: "unix://replica:secret@")
            var link = try await Link(url)
            _ = try await link.start()
            _ = try await admin.send(RESPCommand("ZADD", "k", 1, "m"))
            #expect(try await link.write().words == ["ZADD", "k", "1", "m"])
            await link.link.close()
            for missing in ["psync", "replconf"] {
                _ = try await admin.send(RESPCommand("ACL", user + ["+psync", "+replconf", .string("-" + missing)]))
                let error = await #expect(throws: RedisError.self) { _ = try await Link(url) }
                #expect(error?.code == .noPermission)
                #expect(error?.message.contains("'\(missing)") == true)
            }
            await admin.close()
        }
    }

    @Test func `a server without PSYNC is told from one that forbids it`() async throws {
        try await RedisServerProcess.running(["--rename-command", "PSYNC", ""]) { server in
            let error = await #expect(throws: RedisError.self) { _ = try await Link(server.unixURL) }
            #expect(error?.code == .unsupported)
        }
    }
}
