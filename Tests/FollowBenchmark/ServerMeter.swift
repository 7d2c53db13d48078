import RESP
import RedisClient

/// What a Redis server has done so far, by its own word.
struct ServerMeter {
    var cpu: Duration
    /// Commands beside those of the writers and of this meter.
    var followerCommands: Int

    static func read(_ connection: RedisConnection) async throws -> ServerMeter {
        let replies = try await connection.pipeline([RESPCommand("INFO", "cpu"), RESPCommand("INFO", "commandstats")])
        var meter = ServerMeter(cpu: .zero, followerCommands: 0)
        for line in replies.compactMap(\.string).joined(separator: "\n").split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let (name, value) = (line[..<colon], line[line.index(after: colon)...])
            if name == "used_cpu_user" || name == "used_cpu_sys" { meter.cpu += .seconds(Double(value) ?? 0) }
            guard name.hasPrefix("cmdstat_"), !writers.contains(String(name.dropFirst(8))) else { continue }
            // calls=N,usec=…
            meter.followerCommands += Int(value.dropFirst(6).prefix { $0.isNumber }) ?? 0
        }
        return meter
    }

    private static let writers: Set = ["zadd", "publish", "multi", "exec", "zremrangebyrank", "pexpire", "info"]
}
