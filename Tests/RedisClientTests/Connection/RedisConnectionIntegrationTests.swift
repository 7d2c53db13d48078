import NIOCore
import RESP
import RedisClient
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RedisConnectionIntegrationTests {
    @Test(arguments: [false, true])
    func `answers a pipeline in order`(tcp: Bool) async throws {
        try await RedisServerProcess.running(tcp: tcp) { server in
            let connection = try await connect(to: server.url)
            let replies = try await connection.pipeline([
                RESPCommand("SET", "key", "value"), RESPCommand("GET", "key"), RESPCommand("GET", "none"),
                RESPCommand("ZADD", "key", "1", "x"), RESPCommand("DBSIZE"), RESPCommand("MGET", "key", "none"),
            ])
            let value = RESPValue.bulk(Array("value".utf8))
            #expect(replies[..<3] == [.simple("OK"), value, .null])
            #expect(replies[3].error?.code == "WRONGTYPE")
            #expect(replies[4...] == [.integer(1), .array([value, .null])])
            #expect(try await connection.send(RESPCommand("CLIENT", "GETNAME")).string == "test")
            await connection.close()
        }
    }

    @Test func `keeps concurrent callers apart`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<200 {
                    group.addTask {
                        let echoes = (0...caller % 5).map { RESPCommand("ECHO", .string("\(caller).\($0)")) }
                        let replies = try await connection.pipeline(echoes)
                        #expect(replies.map(\.string) == (0...caller % 5).map { "\(caller).\($0)" })
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await connection.pipeline([]) == [])
            await connection.close()
        }
    }

    @Test func `keeps up with thousands of callers at once`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url)
            let sum = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<2000 {
                    group.addTask { try await connection.send(RESPCommand("INCR", "n")).integer }
                }
                return try await group.reduce(0) { $0 + ($1 ?? 0) }
            }
            #expect(sum == 2000 * 2001 / 2)
            await connection.close()
        }
    }

    @Test func `runs a transaction as commands of one pipeline`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url)
            let replies = try await connection.pipeline([
                RESPCommand("MULTI"), RESPCommand("INCR", "n"), RESPCommand("INCR", "n"), RESPCommand("EXEC"),
            ])
            #expect(replies.last == .array([.integer(1), .integer(2)]))
            await connection.close()
        }
    }

    @Test func `selects the database`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.unixURL + "?db=3")
            _ = try await connection.send(RESPCommand("SET", "k", "v"))
            #expect(try await server.cli("-n", "3", "GET", "k") == "v")
            #expect(try await server.cli("GET", "k") == "")
            await connection.close()
            let error = await #expect(throws: RedisError.self) { try await connect(to: server.unixURL + "?db=999") }
            #expect(error?.code == .wrongDatabase)
            #expect(error?.message.contains("SELECT") == true)
        }
    }

    @Test func `reads large replies`() async throws {
        try await RedisServerProcess.running { server in
            // How long they take is the machine's affair.
            let connection = try await connect(to: server.url) { $0.requestTimeout = .seconds(60) }
            let big = [UInt8](repeating: 0x0A, count: 20 << 20)
            let pair = try await connection.pipeline([
                RESPCommand("SET", "big", .bytes(big)), RESPCommand("GET", "big"),
            ])
            #expect(pair == [.simple("OK"), .bulk(big)])
            let script = "local t = {} for i = 1, 300000 do t[i] = i end return t"
            let numbers = try await connection.send(RESPCommand("EVAL", .string(script), 0))
            #expect(numbers.array?.count == 300_000)
            #expect(numbers.array?.last == .integer(300_000))
            await connection.close()
        }
    }

    @Test func `closes when a reply is over the limit`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url) { $0.limits.bulkBytes = 1000 }
            let replies = try await connection.pipeline([
                RESPCommand("SET", "k", .bytes([UInt8](repeating: 1, count: 1000))), RESPCommand("GET", "k"),
                RESPCommand("APPEND", "k", "x"),
            ])
            #expect(replies[1].bytes?.count == 1000)
            let limit = RedisError(RESPError.bulkTooLong(declared: 1001, limit: 1000))
            await #expect(throws: limit) { try await connection.send(RESPCommand("GET", "k")) }
            try await connection.closeFuture.get()
        }
    }

    @Test func `a stalled server times out, fails all who wait and closes`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url) { $0.requestTimeout = .milliseconds(200) }
            server.suspend()
            let first = Task { try await connection.send(RESPCommand("PING")) }
            let second = Task { try await connection.pipeline([RESPCommand("PING"), RESPCommand("PING")]) }
            let timedOut = RedisError(.timedOut, "no answer within 0.2 s")
            await #expect(throws: timedOut) { try await first.value }
            await #expect(throws: timedOut) { try await second.value }
            try await connection.closeFuture.get()
            let after = await #expect(throws: RedisError.self) { try await connection.send(RESPCommand("PING")) }
            #expect(after?.code == .closed)
            let connecting = await #expect(throws: RedisError.self) {
                try await connect(to: server.url) { $0.connectTimeout = .milliseconds(100) }
            }
            #expect(connecting?.code == .timedOut)
            server.resume()
            await (try connect(to: server.url)).close()
        }
    }

    @Test func `an idle connection notices a stalled server by its heartbeat`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url) {
                $0.pingInterval = .milliseconds(20)
                $0.pingDeadline = .seconds(1)
            }
            _ = try await connection.send(RESPCommand("PING"))
            server.suspend()
            try await connection.closeFuture.get()
        }
    }

    @Test func `a killed server fails what waits`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url)
            let reply = Task { try await connection.send(RESPCommand("BLPOP", "none", 0)) }
            await server.kill()
            let error = await #expect(throws: RedisError.self) { try await reply.value }
            #expect(error?.code == .closed)
            let gone = await #expect(throws: RedisError.self) { try await connect(to: server.url) }
            #expect(gone?.code == .unreachable)
            #expect(gone?.message.contains(server.socketPath) == true)
        }
    }

    @Test(arguments: ["redis://127.0.0.1:1", "redis://localhost:1", "redis://[::1]:1"])
    func `a server that is not there is unreachable, by name`(url: String) async throws {
        let error = await #expect(throws: RedisError.self) { try await connect(to: url) }
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasPrefix("\(url): ") == true)
    }

    @Test func `CLIENT KILL ends the connection`() async throws {
        try await RedisServerProcess.running { server in
            let victim = try await connect(to: server.url)
            let other = try await connect(to: server.url)
            _ = try await other.send(RESPCommand("CLIENT", "KILL", "TYPE", "normal"))
            try await victim.closeFuture.get()
            let error = await #expect(throws: RedisError.self) { try await victim.send(RESPCommand("PING")) }
            #expect(error?.code == .closed)
            #expect(error?.message == "the connection has ended: Redis closed the connection")
            await other.close()
        }
    }

    @Test func `a cancelled caller returns at once and the connection stays in step`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url)
            let other = try await connect(to: server.url)
            let caller = Task { try await connection.send(RESPCommand("BLPOP", "list", 0)) }
            try await other.isBlocked()
            caller.cancel()
            let error = await #expect(throws: RedisError.self) { try await caller.value }
            #expect(error?.code == .cancelled)
            _ = try await other.send(RESPCommand("RPUSH", "list", "x"))
            #expect(try await connection.send(RESPCommand("ECHO", "next")).string == "next")
            await connection.close()
            await other.close()
        }
    }

    @Test func `refuses what would make too many bytes wait`() async throws {
        try await RedisServerProcess.running { server in
            let connection = try await connect(to: server.url) { $0.maxPendingBytes = 10_000 }
            let other = try await connect(to: server.url)
            async let blocked = connection.send(RESPCommand("BLPOP", "list", 0))
            try await other.isBlocked()
            let error = await #expect(throws: RedisError.self) {
                try await connection.send(RESPCommand("ECHO", .bytes([UInt8](repeating: 1, count: 10_000))))
            }
            #expect(error?.code == .overloaded)
            _ = try await other.send(RESPCommand("RPUSH", "list", "x"))
            #expect(try await blocked.array?.count == 2)
            await connection.close()
            await other.close()
        }
    }
}

extension RedisConnection {
    /// Returns once another connection of the same server is blocked in a command.
    fileprivate func isBlocked() async throws {
        while try await send(RESPCommand("INFO", "clients")).string?.contains("blocked_clients:1") != true {}
    }
}
