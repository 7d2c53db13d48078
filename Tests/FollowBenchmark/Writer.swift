import FoundationEssentials
import Logging
import NIOPosix
import RESP
import RedisClient

/// Writes samples to Redis and remembers when each was sent.
struct Writer {
    enum Command: Sendable {
        case zadd
        case publish
    }

    let redis: RedisConfiguration
    let command: Command

    /// - Returns: when each sample was handed to the socket, and when the last was answered.
    func write(_ load: Scenario) async throws -> (sent: [ContinuousClock.Instant], ended: ContinuousClock.Instant) {
        let connection = try await RedisConnector.connect(
            redis, on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        var sent: [ContinuousClock.Instant] = []
        sent.reserveCapacity(load.samples)
        let filling = String(repeating: "x", count: load.bytes)
        let began = ContinuousClock.now
        while sent.count < load.samples {
            let batch: Int
            switch load.pace {
            case .fullSpeed:
                batch = min(100, load.samples - sent.count)
            case .perSecond(let rate):
                // One pipeline each 10 ms, as many hosts that write at their own times would look in sum.
                batch = min(max(1, rate / 100), load.samples - sent.count)
                try await Task.sleep(until: began + .seconds(Double(sent.count) / Double(rate)))
            }
            let first = sent.count
            let milliseconds = Self.milliseconds()
            let commands = (first..<first + batch).flatMap { self.commands(load, $0, milliseconds, filling) }
            sent += repeatElement(.now, count: batch)
            _ = try await connection.pipeline(commands)
        }
        let ended = ContinuousClock.now
        await connection.close()
        return (sent, ended)
    }

    private func commands(_ load: Scenario, _ number: Int, _ milliseconds: Int, _ filling: String) -> [RESPCommand] {
        let host = "bench-\(number % load.keys)"
        let key = "sa:{\(host)}:top"
        let head =
            #"{"id":"\#(host):top:0:\#(number)","host":"\#(host)","probe":"top","t":\#(milliseconds),"v":1,"fill":""#
        let member = head + filling.dropFirst(head.utf8.count + 2) + #""}"#
        switch command {
        case .publish: return [RESPCommand("PUBLISH", .string(key), .string(member))]
        case .zadd:
            let add = RESPCommand("ZADD", .string(key), .integer(milliseconds), .string(member))
            guard load.isTrimmed, (number / load.keys).isMultiple(of: 30) else { return [add] }
            return [
                RESPCommand("MULTI"), add, RESPCommand("ZREMRANGEBYRANK", .string(key), 0, -3601),
                RESPCommand("PEXPIRE", .string(key), 7_200_000), RESPCommand("EXEC"),
            ]
        }
    }

    private static func milliseconds() -> Int {
        Int(Date().timeIntervalSince1970 * 1000)
    }
}
