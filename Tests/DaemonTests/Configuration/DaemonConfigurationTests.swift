import KeyspaceFollower
import Logging
import Settings
import SocketIOServer
import Testing

@testable import Daemon

@Suite struct DaemonConfigurationTests {
    private struct NoFile: Error {}

    private func configuration(
        _ flags: [String: String] = [:], files: [String: String] = [:]
    ) throws -> DaemonConfiguration {
        let reader = try SettingsReader(
            DaemonSettings.all, flags: flags.mapValues { [$0] }, environment: [:], prefix: "STREAMASSEMBLER",
            configurationFile: nil)
        return try DaemonConfiguration(reader) { path in
            guard let text = files[path] else { throw NoFile() }
            return text
        }
    }

    @Test func `nothing given gives the defaults`() throws {
        #expect(try configuration() == DaemonConfiguration())
    }

    @Test func `every setting reaches the configuration`() throws {
        let flags = [
            "redis": "unix:///run/redis.sock?db=2", "prefix": "mon", "host": "0.0.0.0", "port": "9000",
            "web": "/srv/web", "token-file": "/t", "allowed-origin": "https://a.example,http://b.example:81",
            "window-samples": "10", "window-bytes": "2MiB", "window-age": "5m", "window-per-key": "7",
            "trusted-proxy": "10.0.0.0/8,::1", "ping-interval": "10s", "max-skew": "1s", "flush-ms": "0",
            "compression": "all", "follow": "auto", "poll-ms": "100", "max-clients": "3",
            "connections-per-address": "7", "metrics-listen": "[::1]:9464",
            "tls-cert": "/c", "tls-key": "/k", "tls-client-ca": "/a", "hsts": "1h", "insecure-http": "true",
            "drain": "30s", "require-redis": "true", "log-level": "debug", "log-format": "json",
        ]
        let settings = DaemonSettings.following + DaemonSettings.serving + DaemonSettings.starting
        #expect(Set(flags.keys) == Set(settings.map(\.name) + ["redis"]), "each setting has a value here")
        let configuration = try configuration(flags, files: ["/t": "0123456789abcdef\n"])
        var expected = DaemonConfiguration()
        expected.redisURL = "unix:///run/redis.sock?db=2"
        expected.prefix = "mon"
        expected.host = "0.0.0.0"
        expected.port = 9000
        expected.webRoot = "/srv/web"
        expected.tokenFile = "/t"
        expected.token = "0123456789abcdef"
        expected.tlsCertificate = "/c"
        expected.tlsKey = "/k"
        expected.tlsClientAuthority = "/a"
        expected.hsts = .seconds(3600)
        expected.insecureHTTP = true
        expected.allowedOrigins = ["https://a.example", "http://b.example:81"]
        expected.window.samples = 10
        expected.window.bytes = 2 << 20
        expected.window.age = .seconds(300)
        expected.window.perKey = 7
        expected.trustedProxies = try #require(TrustedProxies(["10.0.0.0/8", "::1"]))
        expected.pingInterval = .seconds(10)
        expected.compression = .all
        expected.maxSkew = .seconds(1)
        expected.flush = .zero
        expected.follow = .auto
        expected.poll = .milliseconds(100)
        expected.maxClients = 3
        expected.connectionsPerAddress = 7
        expected.metricsListen = "[::1]:9464"
        expected.drain = .seconds(30)
        expected.requireRedis = true
        expected.logLevel = .debug
        expected.logFormat = .json
        #expect(configuration == expected)
    }

    @Test func `the table of the README is made from the declarations`() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let readme = try TextFile.read("\(root)/README.md")
        #expect(SettingTable.found(in: readme) == DaemonSettings.table, "run `make settings`")
    }

    @Test func `settings that the server names are settings`() {
        let names = DaemonConfiguration().server.settingNames
        for name in [names.trustedProxy, names.allowedOrigin] {
            #expect(DaemonSettings.all.contains { "--\($0.name)" == name })
        }
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.1.2", "example.org", "127.0.0.1.example.org", "127.1"])
    func `an address beyond loopback needs a token`(host: String) throws {
        let error = try #require(throws: SettingError.self) {
            try configuration(["host": host, "insecure-http": "true"])
        }
        #expect(error.description.contains("host: '\(host)'"))
        #expect(error.description.contains("--token-file"))
        #expect(error.exitStatus == 64)
    }

    @Test(arguments: ["0.0.0.0", "::", "192.168.1.2", "example.org"], [[:], ["trusted-proxy": "10.0.0.1"]])
    func `an address beyond loopback needs TLS, or the word that a proxy encrypts`(
        host: String, others: [String: String]
    ) throws {
        let files = ["/t": "0123456789abcdef"]
        let token = ["host": host, "token-file": "/t"].merging(others) { $1 }
        let error = try #require(throws: SettingError.self) { try configuration(token, files: files) }
        #expect(error.description.contains("host: '\(host)'"))
        #expect(error.description.contains("--tls-cert and --tls-key"))
        #expect(error.description.contains("--insecure-http"))
        let plain = try configuration(token.merging(["insecure-http": "true"]) { $1 }, files: files)
        #expect(plain.tlsFiles == nil)
        let encrypted = try configuration(token.merging(["tls-cert": "/c", "tls-key": "/k"]) { $1 }, files: files)
        #expect(encrypted.tlsFiles != nil)
    }

    @Test(arguments: ["tls-cert", "tls-key", "tls-client-ca"])
    func `one file of TLS alone is refused with the one that is missing`(name: String) throws {
        let error = try #require(throws: SettingError.self) { try configuration([name: "/x"]) }
        #expect(error.description.contains("\(name): '/x'"))
        #expect(error.description.contains(name == "tls-cert" ? "--tls-key" : "--tls-cert"))
    }

    @Test(arguments: [
        "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "::1:9464", "[::1]", "[a]:1",
        "a b:1",
        "[::1:1",
    ])
    func `where metrics listen is an address and a port`(text: String) throws {
        let error = try #require(throws: SettingError.self) { try configuration(["metrics-listen": text]) }
        #expect(error.description.contains("metrics-listen: '\(text)'"))
        #expect(error.description.contains("127.0.0.1:9464"))
    }

    @Test func `metrics beyond loopback need what the page needs there`() throws {
        let files = ["/t": "0123456789abcdef"]
        for flags in [[:], ["token-file": "/t"], ["insecure-http": "true"]] {
            let error = try #require(throws: SettingError.self) {
                try configuration(["metrics-listen": "0.0.0.0:9464"].merging(flags) { $1 }, files: files)
            }
            #expect(error.description.contains("metrics-listen: '0.0.0.0:9464'"))
        }
        let both = ["metrics-listen": "0.0.0.0:9464", "token-file": "/t", "insecure-http": "true"]
        #expect(try configuration(both, files: files).metricsAddress?.port == 9464)
        #expect(try configuration(["metrics-listen": "[::1]:0"]).metricsAddress?.host == "::1")
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
    func `loopback addresses need none`(host: String) throws {
        #expect(try configuration(["host": host]).host == host)
    }

    @Test(arguments: [
        "", "short", "0123456789abcde", "0123456789abcdef ghi", "0123456789abcdéf", String(repeating: "x", count: 513),
    ])
    func `a token that could be guessed or mistyped is refused`(token: String) throws {
        let error = try #require(throws: SettingError.self) {
            try configuration(["token-file": "/t"], files: ["/t": token])
        }
        #expect(error.description.contains("16 to 512 visible ASCII"))
    }

    @Test func `a token file that is not there is named`() throws {
        let error = try #require(throws: SettingError.self) { try configuration(["token-file": "/nowhere"]) }
        #expect(error.description.contains("token-file: '/nowhere'"))
    }

    @Test(arguments: [
        "http://127.0.0.1", "redis://", "redis://host:99999", "redis://host/x", "unix://", "127.0.0.1:6379",
    ])
    func `a Redis URL that is none says what is allowed and keeps its password`(url: String) throws {
        let error = try #require(throws: SettingError.self) { try configuration(["redis": url]) }
        #expect(error.description.hasPrefix("redis: "))
        #expect(error.description.contains("redis://[USER:PASSWORD@]HOST[:PORT][/DB]"))
    }

    @Test(arguments: [
        ("prefix", "a:b"), ("prefix", "{a}"), ("port", "-1"), ("window-samples", "0"), ("window-bytes", "1KiB"),
        ("window-age", "0s"), ("flush-ms", "1001"), ("poll-ms", "1"), ("max-clients", "0"),
        ("connections-per-address", "0"), ("log-level", "loud"),
        ("allowed-origin", "example.org"), ("allowed-origin", "https://example.org/"),
        ("trusted-proxy", "10.0.0.0/0"), ("trusted-proxy", "localhost"), ("trusted-proxy", "::1,10.0.0.0/33"),
        ("ping-interval", "0s"),
    ])
    func `a value out of range is refused by name`(name: String, value: String) throws {
        let error = try #require(throws: SettingError.self) { try configuration([name: value]) }
        #expect(error.description.hasPrefix("\(name): '\(value)' from the flag --\(name) is not valid; allowed: "))
    }
}
