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

    /// - Returns: when each sample was handed to the socket.
    func write(_ load: Load, _ pace: Pace) async throws -> [ContinuousClock.Instant] {
        let connection = try await RedisConnection.connect(
            redis, on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        var sent: [ContinuousClock.Instant] = []
        sent.reserveCapacity(load.samples)
        let began = ContinuousClock.now
        while sent.count < load.samples {
            let batch: Int
            switch pace {
            case .fullSpeed:
                batch = min(100, load.samples - sent.count)
            case .perSecond(let rate):
                // One pipeline each 10 ms, as many hosts that write at their own times would look in sum.
                batch = min(max(1, rate / 100), load.samples - sent.count)
                try await Task.sleep(until: began + .seconds(Double(sent.count) / Double(rate)))
            }
            let first = sent.count
            let milliseconds = Self.milliseconds()
            let commands = (first..<first + batch).map { command(load, $0, milliseconds) }
            sent += repeatElement(.now, count: batch)
            _ = try await connection.pipeline(commands)
        }
        await connection.close()
        return sent
    }

    private func command(_ load: Load, _ number: Int, _ milliseconds: Int) -> RESPCommand {
        let host = "bench-\(number % load.keys)"
        let key = "sa:{\(host)}:top"
        let head =
            #"{"id":"\#(host):top:0:\#(number)","host":"\#(host)","probe":"top","t":\#(milliseconds),"v":1,"fill":""#
        let member = head + String(repeating: "x", count: max(0, load.bytes - head.utf8.count - 2)) + #""}"#
        return switch command {
        case .zadd: RESPCommand("ZADD", .string(key), .integer(milliseconds), .string(member))
        case .publish: RESPCommand("PUBLISH", .string(key), .string(member))
        }
    }

    private static func milliseconds() -> Int {
        Int(Date().timeIntervalSince1970 * 1000)
    }
}
