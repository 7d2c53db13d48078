import CollectorAgent
import Probes
import RedisClient
import SampleContract
import Settings
import Testing

@Suite struct CollectorSettingsTests {
    private func configuration(
        _ flags: [String: [String]] = [:], environment: [String: String] = [:]
    ) throws(SettingError) -> CollectorConfiguration {
        let reader = try SettingsReader(
            CollectorSettings.all, flags: flags, environment: environment, prefix: "COLLECTOR",
            configurationFile: nil)
        return try CollectorSettings.configuration(from: reader)
    }

    @Test func `the defaults are those of the contract`() throws {
        let configuration = try configuration()
        #expect(configuration.redis.description == "redis://127.0.0.1:6379")
        #expect(configuration.intervalMs(of: "top") == 1000)
        #expect(configuration.probes == [.top, .netstat])
        #expect(configuration.top.processes == 40)
        #expect(configuration.top.sendsCommands)
        #expect(configuration.netstat.connections == 100)
        #expect(configuration.push == PushPolicy())
        #expect(configuration.host == HostName.current())
    }

    @Test func `what needs a restart is kept and named, what does not changes`() throws {
        let running = try configuration(["host": ["a"], "spool": ["/a"], "redis-timeout": ["3s"]])
        var wanted = try configuration([
            "host": ["b"], "prefix": ["p"], "redis-timeout": ["4s"], "redis-keepalive": ["5s"], "procs": ["7"],
            "interval": ["2s"],
        ])
        let named = CollectorSettings.keepFixed(from: running, in: &wanted)
        #expect(named == ["host", "prefix", "spool", "redis-timeout", "redis-keepalive"])
        #expect(wanted.host == "a" && wanted.prefix == running.prefix && wanted.spool == "/a")
        #expect(wanted.redisOptions == running.redisOptions)
        #expect(wanted.top.processes == 7 && wanted.intervalMs(of: "top") == 2000)
        #expect(CollectorSettings.keepFixed(from: running, in: &wanted).isEmpty)
    }

    @Test func `flags go before the environment`() throws {
        let environment = ["COLLECTOR_INTERVAL": "5s", "COLLECTOR_HOST": "env", "COLLECTOR_NO_CMD": "yes"]
        let configuration = try configuration(
            ["interval": ["250ms"], "procs": ["all"], "probe": ["netstat"], "retention": ["1h"]],
            environment: environment)
        #expect(configuration.intervalMs(of: "top") == 250)
        #expect(configuration.host == "env")
        #expect(!configuration.top.sendsCommands)
        #expect(configuration.top.processes == nil)
        #expect(configuration.probes == [.netstat])
        #expect(configuration.push.retentionMs == 3_600_000)
        #expect(configuration.key(of: "top") == "sa:{env}:top")
    }

    @Test(arguments: [
        ("interval", "99ms"), ("interval", "2h"), ("interval", "1"), ("host", "a b"), ("host", ""), ("probe", "cpu"),
        ("procs", "0"), ("procs", "many"), ("conns", "-1"), ("pin", "("), ("prefix", "a:b"), ("keep", "0"),
        ("retention", "1s"), ("redis", "http://x"), ("redis", "redis://a redis://a"),
        ("interval", "1s,2s"), ("interval", "top=1s,top=2s"),
        ("interval", "top=50ms"), ("interval", "1s,"), ("spool", ""), ("exec", "top=x"), ("exec", "x"),
        ("exec", "a="), ("spool-time", "999ms"), ("spool-bytes", "1KiB"),
    ])
    func `a value that is not allowed names key, value and range; flags exit 64, the rest 78`(
        key: String, value: String
    ) throws {
        let flag = #expect(throws: SettingError.self) { try configuration([key: [value]]) }
        #expect(flag?.exitStatus == 64)
        #expect(
            flag?.description.hasPrefix("\(key): '\(value)' from the flag --\(key) is not valid; allowed: ") == true)
        let variable = "COLLECTOR_\(key.uppercased().replacing("-", with: "_"))"
        let environment = #expect(throws: SettingError.self) { try configuration(environment: [variable: value]) }
        #expect(environment?.exitStatus == 78)
    }

    @Test func `several servers and intervals, as flags and as one variable`() throws {
        let urls = ["redis://a", "redis+sentinel://b,c/main"]
        for configuration in [
            try configuration(["redis": urls, "interval": ["5s", "netstat=10s"]]),
            try configuration(environment: [
                "COLLECTOR_REDIS": urls.joined(separator: " "), "COLLECTOR_INTERVAL": "5s,netstat=10s",
            ]),
        ] {
            #expect(
                configuration.targets.map(\.description) == [
                    "redis://a:6379", "redis+sentinel://b:26379,c:26379/main",
                ])
            #expect(configuration.intervalMs(of: "top") == 5000)
            #expect(configuration.intervalMs(of: "netstat") == 10_000)
        }
    }

    @Test func `own probes have intervals too, and one without a probe is an error`() throws {
        let flags = ["exec": ["users=who, twice"], "interval": ["users=10s"]]
        let configuration = try configuration(flags)
        #expect(configuration.commands.map(\.command) == ["who, twice"])
        #expect(configuration.intervalMs(of: "users") == 10_000)
        #expect(throws: SettingError.self) { try self.configuration(["interval": ["users=10s"]]) }
    }

    @Test func `the table of the README is made from the declarations`() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let readme = try TextFile.read("\(root)/collectors/README.md")
        #expect(SettingTable.found(in: readme) == CollectorSettings.table, "run `make settings`")
    }

    @Test func `an unknown variable is an error`() {
        let error = #expect(throws: SettingError.self) { try configuration(environment: ["COLLECTOR_INTERVALL": "1s"]) }
        #expect(error?.exitStatus == 78)
    }
}
