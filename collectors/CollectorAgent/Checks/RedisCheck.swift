package import Logging
package import NIOCore
package import Probes
import RESP
import RedisClient
import SampleContract

/// Checks whether Redis can be reached and written, without writing anything.
package enum RedisCheck {
    /// What was found, and the exit status of `sysexits(3)`: 0, 69 (not reachable) or 77 (not permitted).
    package static func findings(
        _ configuration: CollectorConfiguration, on eventLoop: any EventLoop, logger: Logger
    ) async -> (findings: [CheckFinding], status: Int32) {
        var findings: [CheckFinding] = []
        var status: Int32 = 0
        for endpoint in configuration.targets {
            let found = await Self.findings(configuration, endpoint, on: eventLoop, logger: logger)
            findings += found.findings
            // If one server cannot be reached and another does not permit it, the first counts.
            if status != 69 { status = found.status == 0 ? status : found.status }
        }
        return (findings, status)
    }

    private static func findings(
        _ configuration: CollectorConfiguration, _ endpoint: RedisEndpoint, on eventLoop: any EventLoop,
        logger: Logger
    ) async -> (findings: [CheckFinding], status: Int32) {
        let source = endpoint.description
        do throws(RedisError) {
            let connection = try await RedisConnector.connect(
                configuration.redisConfiguration(endpoint), on: eventLoop, logger: logger)
            var findings = [CheckFinding(source, .fine, try await reached(over: connection))]
            for probe in configuration.probes {
                findings.append(try await writing(configuration, endpoint, probe, over: connection))
            }
            await connection.close()
            return (findings, findings.contains { $0.verdict != .fine } ? 77 : 0)
        } catch {
            guard error.code == .noPermission else { return ([CheckFinding(source, .failed, error.description)], 69) }
            return ([CheckFinding(source, .denied, "\(error); grant: \(grant(configuration, endpoint))")], 77)
        }
    }

    /// Samples may arrive there although nobody sees all of them. If we may ask the server, the check says so.
    private static func reached(over connection: RedisConnection) async throws(RedisError) -> String {
        let information = try await connection.pipeline([RESPCommand("INFO", "cluster")]).first?.string
        guard information?.contains("cluster_enabled:1") == true else { return "reachable" }
        return "reachable, but a node of a Redis Cluster, which streamassembler does not follow: "
            + "give the URL of a single Redis"
    }

    /// Redis checks permissions, roles and memory when a command is queued. DISCARD then drops all commands.
    private static func writing(
        _ configuration: CollectorConfiguration, _ endpoint: RedisEndpoint, _ probe: ProbeName,
        over connection: RedisConnection
    ) async throws(RedisError) -> CheckFinding {
        let key = configuration.key(of: probe.rawValue)
        let replies = try await connection.pipeline([
            RESPCommand("MULTI"), RESPCommand("ZADD", .string(key), 0, "check"),
            RESPCommand("ZREMRANGEBYRANK", .string(key), 0, .integer(Int64(-configuration.push.keep - 1))),
            RESPCommand("PEXPIRE", .string(key), .integer(configuration.push.retentionMs)), RESPCommand("DISCARD"),
            RESPCommand("TYPE", .string(key)), RESPCommand("MULTI"),
            RESPCommand("ZREMRANGEBYSCORE", .string(key), "+inf", "-inf"), RESPCommand("DISCARD"),
        ])
        if let error = replies.prefix(5).compactMap(\.error).first {
            guard error.code == "NOPERM" else { return CheckFinding(key, .failed, RedisError(error).description) }
            return CheckFinding(key, .denied, "\(error); grant: \(grant(configuration, endpoint))")
        }
        if let type = replies.dropFirst(5).first?.string, type != "zset", type != "none" {
            return CheckFinding(key, .failed, "is a \(type), not a sorted set; delete it or use another --prefix")
        }
        guard replies.dropFirst(7).first?.error?.code != "NOPERM" else {
            let grant = grant(configuration, endpoint)
            return CheckFinding(key, .fine, "writable; what a clock set back leaves behind stays; grant: \(grant)")
        }
        return CheckFinding(key, .fine, "writable")
    }

    /// The smallest permissions that let this host's samples in, as a line for `redis-cli`.
    static func grant(_ configuration: CollectorConfiguration, _ endpoint: RedisEndpoint) -> String {
        let user = configuration.redisOptions.username ?? endpoint.username ?? "default"
        let database = endpoint.database == 0 ? "" : " +select"
        let sentinel = if case .sentinels = endpoint.address { " +role" } else { "" }
        let keys = SampleOrigin.key(prefix: configuration.prefix, host: configuration.host, probe: "*")
        return "ACL SETUSER \(user) ~\(keys) +ping +multi +exec +discard "
            + "+zadd +zremrangebyrank +zremrangebyscore +pexpire +type" + database + sentinel
    }
}
