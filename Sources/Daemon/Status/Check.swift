import KeyspaceFollower
import Logging
import NIOCore
import NIOPosix
import RESP
import RedisClient

/// `streamassembler check`: connects once, and says what is wrong and how to fix it.
package struct Check: Sendable {
    private let configuration: DaemonConfiguration

    package init(_ configuration: DaemonConfiguration) {
        self.configuration = configuration
    }

    /// - Parameter say: takes a line for each check.
    /// - Returns: the exit status: 0, or 69 where Redis cannot be followed.
    package func run(say: (String) -> Void) async -> Int32 {
        say("configuration   ok: listens on \(configuration.host) port \(configuration.port)")
        guard sayTLS(say: say) else { return 78 }
        let webRoot = WebRoot.find(configured: configuration.webRoot, executable: ExecutableSearch.own())
        say("dashboard       " + (webRoot.map { "ok: \($0)" } ?? "not found: set --web DIR"))
        for (secret, problem) in configuration.exposedSecrets {
            say("\(secret.setting)      warning: \(secret.path): \(problem)")
        }
        do {
            let redis = try configuration.redis()
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let logger = Logger("check", configuration)
            let connection = try await RedisConnector.connect(redis, on: eventLoop, logger: logger)
            say("redis           ok: \(connection.configuration.endpoint)")
            await sayVersion(of: connection, say: say)
            await connection.close()
            return await follow(redis, on: eventLoop, logger, say: say) ? 0 : 69
        } catch {
            say("redis           failed: \(error)")
            return 69
        }
    }

    /// - Returns: whether `serve` would start with it.
    private func sayTLS(say: (String) -> Void) -> Bool {
        guard let files = configuration.tlsFiles else {
            if !DaemonConfiguration.isLoopback(configuration.host) {
                say("tls             off (--insecure-http): a proxy in front has to encrypt")
            }
            return true
        }
        let now = WallClock.seconds()
        do throws(TLSFiles.Unusable) {
            let identity = try files.load(now: now)
            let names = identity.names.isEmpty ? "no name" : identity.names.joined(separator: ", ")
            let word = identity.endsSoon(now: now) ? "warning" : "ok"
            say("tls             \(word): the key fits, the certificate for \(names) \(identity.ending(now: now))")
            return true
        } catch {
            say("tls             failed: \(error)")
            return false
        }
    }

    private func sayVersion(of connection: RedisConnection, say: (String) -> Void) async {
        guard let text = try? await connection.pipeline([RESPCommand("INFO", "server")]).first?.string,
            let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("redis_version:") })
        else { return }
        say("version         \(line.dropFirst("redis_version:".count))")
    }

    /// Does what `serve` does until it would be live or has failed, but changes nothing on the server.
    ///
    /// - Returns: whether Redis can be followed.
    private func follow(
        _ redis: RedisConfiguration, on eventLoop: any EventLoop, _ logger: Logger, say: (String) -> Void
    ) async -> Bool {
        var trial = configuration.follower(redis)
        trial.isTrial = true
        let (statuses, status) = AsyncStream.makeStream(of: FollowerStatus.self)
        let follower = KeyspaceFollower(
            trial, eventLoop: eventLoop, logger: logger, onChanges: { _ in [] }, onStatus: { status.yield($0) })
        let following = Task { try await follower.run() }
        defer { following.cancel() }
        for await status in statuses {
            let report = ReadinessReport(status)
            switch status {
            case .connecting, .catchingUp: continue
            case .backingOff:
                say("following       failed, \(report.status): \(report.detail ?? "")")
                return false
            case .live(.notifications): say("following       ok, \(report.status): by notifications")
            case .live: say("following       ok, \(report.status): \(report.detail ?? "")")
            }
            say("keys            \(await follower.statistics.keys) under '\(configuration.prefix):'")
            return true
        }
        return false
    }
}
