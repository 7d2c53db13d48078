import Daemon
import JSONBytes
import RESP
import RedisClient
import Testing

/// Keys of more samples than the window keeps of one: what newer ones leave free, older ones take.
@Suite(.timeLimit(.minutes(2))) struct DeepKeyTests {
    private static let key = "sa:{a}:top"
    private static let perKey = 40

    private static let losses: [[[String]]] = [
        [["ZPOPMAX", key, "4"]],
        [["ZREMRANGEBYRANK", key, "-30", "-16"]],
        [["ZREMRANGEBYRANK", key, "-41", "-2"]],
        // A late one in the midst of them first, for which the lowest has to go.
        [["ZADD", key, "\(TestSample.now - 8_500)", #"{"id":"late"}"#], ["ZPOPMAX", key, "2"]],
        [["ZPOPMAX", key, "1"], ["ZADD", key, "\(TestSample.now)", #"{"id":"new"}"#], ["ZPOPMAX", key, "3"]],
    ]

    @Test(arguments: losses) func `the newest that Redis holds are shown after a loss`(loss: [[String]]) async throws {
        try await RunningDaemon.with {
            $0.window.perKey = Self.perKey
        } _: { daemon in
            try await daemon.add(Self.key, (0..<200).map { TestSample("\($0)", at: Int64($0) * 50 - 20_000) })
            try await Self.untilShown(daemon)
            for command in loss {
                _ = try await daemon.collector.send(RESPCommand(command[0], command.dropFirst().map { .string($0) }))
            }
            try await Self.untilShown(daemon)
        }
    }

    /// Returns when who connects is shown exactly the newest of Redis.
    private static func untilShown(_ daemon: RunningDaemon) async throws {
        let members = try await daemon.redis("ZREVRANGE", key, "0", "\(perKey - 1)")
        let ids = Set((members.array ?? []).compactMap { $0.string.flatMap { JSONValue($0) }?["id"]?.string })
        #expect(ids.count == perKey)
        while try await daemon.client().ids(of: key) != ids {}
    }
}
