import Logging
import RESP
import TestSupport
import Testing

@testable import RedisClient

/// What Redis says before it hangs up is told, however soon it does.
@Suite(.timeLimit(.minutes(1))) struct LastWordTests {
    enum Kind: CaseIterable { case command, subscription, replication }

    private static func reason(_ kind: Kind, _ url: String) async throws -> RedisError? {
        let configuration = try configuration(url)
        do throws(RedisError) {
            switch kind {
            case .command:
                _ = try await RedisConnector.connect(configuration, on: testEventLoop, logger: Logger(label: "test"))
            case .subscription:
                _ = try await RedisSubscription.connect(
                    configuration, patterns: ["*"], on: testEventLoop, logger: Logger(label: "test")
                ) { _, _ in }
            case .replication:
                _ = try await RedisReplication.connect(
                    configuration, from: nil, on: testEventLoop, logger: Logger(label: "test")
                ) { _ in }
            }
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: Kind.allCases, ["-ERR max number of clients reached", "-DENIED Redis is running in protected mode"])
    func `before our first byte`(kind: Kind, word: String) async throws {
        try await StrangeServer.running(greeting: word + "\r\n", hangsUp: true) { server in
            for _ in 0..<100 {
                let reason = try await Self.reason(kind, "redis://127.0.0.1:\(server.port)")
                try #require(reason?.message.contains(word.dropFirst()) == true, "\(String(describing: reason))")
            }
        }
    }

    @Test(arguments: Kind.allCases, [true, false])
    func `of a server that is full`(kind: Kind, isUnix: Bool) async throws {
        try await RedisServerProcess.running(["--maxclients", "1"], tcp: true) { server in
            let url = isUnix ? server.unixURL : server.url
            let first = try await RedisConnector.connect(
                try configuration(url), on: testEventLoop, logger: Logger(label: "test"))
            for _ in 0..<100 {
                let reason = try await Self.reason(kind, url)
                try #require(reason?.message.contains("max number of clients") == true, "\(String(describing: reason))")
            }
            await first.close()
        }
    }
}
