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

    /// Writes to the flooded key for as long as the others are written to. It is trimmed with every pipeline, as its
    /// collector would do.
    func flood(_ load: Scenario) async throws {
        guard load.flood > 0, case .perSecond(let rate) = load.pace else { return }
        let connection = try await RedisConnector.connect(
            redis, on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        let filling = String(repeating: "x", count: load.bytes - 100)
        let (batch, began) = (max(1, load.flood / 100), ContinuousClock.now)
        for start in stride(from: 0, to: load.flood * load.samples / rate, by: batch) {
            try await Task.sleep(until: began + .seconds(Double(start) / Double(load.flood)))
            let milliseconds = Self.milliseconds()
            let key = RESPArgument.string("sa:{flood}:top")
            let members = (start..<start + batch).map { number in
                let member = #"{"id":"flood:top:0:n\#(number)","t":\#(milliseconds),"v":1,"fill":"\#(filling)"}"#
                return command == .publish
                    ? RESPCommand("PUBLISH", key, .string(member))
                    : RESPCommand("ZADD", key, .integer(milliseconds), .string(member))
            }
            let trim = RESPCommand("ZREMRANGEBYRANK", key, 0, -3601)
            _ = try await connection.pipeline(members + (command == .zadd ? [trim] : []))
        }
        await connection.close()
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
