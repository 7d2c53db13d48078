import RedisClient
import RedisSettings
import Settings
import TestSupport
import Testing

@Suite struct RedisSettingsTests {
    private struct Program: Sendable {
        var url = "redis://127.0.0.1"
        var options = RedisOptions()
    }

    private func read(_ flags: [String: String]) throws -> (endpoint: RedisEndpoint, options: RedisOptions) {
        let url = Setting("redis", \Program.url, RedisSettings.url, "the Redis")
        let settings = try SettingsReader(
            [url] + RedisSettings.options.map { $0.within(\Program.options) }, flags: flags.mapValues { [$0] },
            environment: [:], prefix: "APP", configurationFile: nil)
        var program = Program()
        try settings.read(into: &program)
        let endpoint = try RedisEndpoint(url: program.url)
        try RedisSettings.check(program.options, for: [endpoint], in: settings)
        return (endpoint, program.options)
    }

    @Test func `nothing given gives the defaults`() throws {
        let (endpoint, options) = try read([:])
        #expect(endpoint.description == "redis://127.0.0.1:6379")
        #expect(options == RedisOptions())
    }

    @Test func `every setting reaches the connection`() async throws {
        try await TestCertificates.with { files in
            let password = try await files.write("secret\n", to: "password")
            let (endpoint, options) = try read([
                "redis": "rediss+sentinel://a,b/main/2", "redis-user": "bob", "redis-password-file": password,
                "redis-ca": files.authority, "redis-cert": files.path("client.pem"),
                "redis-key": files.path("client.key"), "redis-server-name": "redis.example", "redis-timeout": "2s",
                "redis-keepalive": "1s", "sentinel-user": "eve", "sentinel-password-file": password,
            ])
            let configuration = RedisConfiguration(endpoint: endpoint, options: options, clientName: "x")
            #expect(configuration.endpoint.description == "rediss+sentinel://bob@a:26379,b:26379/main/2")
            #expect(configuration.passwordFile == password)
            #expect(
                configuration.tls
                    == RedisTLS(
                        authorityFile: files.authority, certificateFile: files.path("client.pem"),
                        keyFile: files.path("client.key"), serverName: "redis.example"))
            #expect(configuration.connectTimeout == .seconds(2) && configuration.requestTimeout == .seconds(2))
            #expect(configuration.pingInterval == .seconds(1) && configuration.pingDeadline == .seconds(1))
            #expect(configuration.sentinel == SentinelAccess(username: "eve", passwordFile: password))
        }
    }

    @Test(arguments: [
        ("redis-user", ["redis-user": "bob"], "only with redis-password-file"),
        ("redis-ca", ["redis-ca": "/ca.pem"], "only with a URL for TLS"),
        ("redis-server-name", ["redis-server-name": "x"], "only with a URL for TLS"),
        ("redis-cert", ["redis": "rediss://h", "redis-cert": "/c.pem"], "only together with redis-key"),
        ("redis-key", ["redis": "rediss://h", "redis-key": "/c.key"], "only together with redis-cert"),
        ("sentinel-password-file", ["sentinel-password-file": "/p"], "only with a URL that names sentinels"),
        ("redis-ca", ["redis": "rediss://h", "redis-ca": "/nowhere/ca.pem"], "'/nowhere/ca.pem' cannot be read"),
        ("redis-password-file", ["redis-password-file": "/nowhere/pw"], "'/nowhere/pw' cannot be read: No such file"),
        ("redis-password-file", ["redis-password-file": "/dev/null"], "no regular file"),
        ("redis-timeout", ["redis-timeout": "1ms"], "100ms to 5m"),
        ("redis", ["redis": "http://h"], "rediss in place of redis for TLS"),
    ])
    func `what cannot be used, or has no effect, is refused by name`(
        name: String, flags: [String: String], reason: String
    ) throws {
        let error = try #require(throws: SettingError.self) { try read(flags) }
        #expect(error.description.hasPrefix("\(name): "), "\(error)")
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.exitStatus == 64)
    }

    @Test func `a URL that is refused shows no password`() throws {
        let error = try #require(throws: SettingError.self) { try read(["redis": "http://u:hunter2@h"]) }
        #expect(!error.description.contains("hunter2"))
    }
}
