import Logging
import NIOCore
import NIOPosix
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
            #expect(
                replies == [
                    .simple("OK"), .bulk(Array("value".utf8)), .null,
                    .error(
                        .init(code: "WRONGTYPE", message: "Operation against a key holding the wrong kind of value")),
                    .integer(1), .array([.bulk(Array("value".utf8)), .null]),
                ])
            await connection.close()
        }
    }
}
