package import Logging
package import NIOCore
import RESP
import RedisClient

/// Finds out whether Redis can be reached and written, without writing anything.
package enum RedisCheck {
    /// What was found, and the exit status of `sysexits(3)`: 0, 69 (not reachable) or 77 (not permitted).
    package static func findings(
        _ configuration: CollectorConfiguration, on eventLoop: any EventLoop, logger: Logger
    ) async -> (findings: [CheckFinding], status: Int32) {
        let source = configuration.redis.description
        do throws(RedisError) {
            let connection = try await RedisConnection.connect(
                configuration.redisConfiguration, on: eventLoop, logger: logger)
            var findings = [CheckFinding(source, .fine, "reachable")]
            for probe in configuration.probes {
                findings.append(try await writing(configuration, probe, over: connection))
            }
            await connection.close()
            return (findings, findings.contains { $0.verdict != .fine } ? 77 : 0)
        } catch {
            return ([CheckFinding(source, .failed, error.description)], 69)
        }
    }

    /// Redis checks permissions, roles and memory when a command is queued; DISCARD then forgets all of them.
    private static func writing(
        _ configuration: CollectorConfiguration, _ probe: ProbeName, over connection: RedisConnection
    ) async throws(RedisError) -> CheckFinding {
        let key = configuration.key(of: probe.rawValue)
        let replies = try await connection.pipeline([
            RESPCommand("MULTI"), RESPCommand("ZADD", .string(key), 0, "check"),
            RESPCommand("ZREMRANGEBYRANK", .string(key), 0, .integer(Int64(-configuration.push.keep - 1))),
            RESPCommand("PEXPIRE", .string(key), .integer(configuration.push.retentionMs)), RESPCommand("DISCARD"),
            RESPCommand("TYPE", .string(key)),
        ])
        if let error = replies.prefix(5).compactMap(\.error).first {
            let grant = "ACL SETUSER … ~\(configuration.prefix):* +multi +exec +zadd +zremrangebyrank +pexpire"
            return CheckFinding(key, .denied, "\(error); where it is a matter of rights, grant: \(grant)")
        }
        if let type = replies.last?.string, type != "zset", type != "none" {
            return CheckFinding(key, .failed, "is a \(type), not a sorted set; delete it or use another --prefix")
        }
        return CheckFinding(key, .fine, "writable")
    }
}
