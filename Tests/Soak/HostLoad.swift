import FoundationEssentials
import Logging
import NIOPosix
import RESP
import RedisClient
import SeededRandom

/// Fifty hosts that write ten samples a second each; one of them makes room for a new one every second.
struct HostLoad {
    private let number: Int
    private let redis: RedisConfiguration
    private var random: SeededGenerator

    init(number: Int, url: String) throws {
        self.number = number
        redis = RedisConfiguration(endpoint: try RedisEndpoint(url: url))
        random = SeededGenerator(seed: UInt64(number))
    }

    func run() async throws {
        var load = self
        var hosts = (0..<50).map { "soak-\(number)-\($0)" }
        var written = 0
        var connection: RedisConnection?
        while true {
            try await Task.sleep(for: .milliseconds(100))
            written += 1
            if written.isMultiple(of: 10) {
                hosts[Int.random(in: 0..<hosts.count, using: &load.random)] = "soak-\(number)-\(written)-new"
            }
            let commands = hosts.flatMap { load.commands($0, written) }
            do {
                if connection == nil { connection = try await load.connect() }
                _ = try await connection?.pipeline(commands)
            } catch {
                try Task.checkCancellation()
                // Redis restarts: this tick's samples are lost, as a collector's without a spool would be.
                connection = nil
            }
        }
    }

    private func connect() async throws -> RedisConnection {
        try await RedisConnector.connect(
            redis, on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "soak") { _ in SwiftLogNoOpLogHandler() })
    }

    private mutating func commands(_ host: String, _ written: Int) -> [RESPCommand] {
        let key = RESPArgument.string("sa:{\(host)}:top")
        let now = (Date().timeIntervalSince1970 * 1000).rounded()
        // One in ten is late.
        let late = Int.random(in: 0..<10, using: &random) == 0
        let score = late ? now - Double(Int.random(in: 100...3000, using: &random)) : now
        let filling = String(repeating: "x", count: Int.random(in: 100...900, using: &random))
        let member =
            #"{"id":"\#(host):top:0:\#(written)","host":"\#(host)","probe":"top","t":\#(score),"v":1,"fill":"\#(filling)"}"#
        let add = RESPCommand("ZADD", key, .double(score), .string(member))
        guard written.isMultiple(of: 30) else { return [add] }
        return [
            RESPCommand("MULTI"), add, RESPCommand("ZREMRANGEBYRANK", key, 0, -101),
            RESPCommand("PEXPIRE", key, 20_000),
            RESPCommand("EXEC"),
        ]
    }
}
