import Probes
import RedisClient
import RedisSettings
import SampleContract
package import Settings

/// Every setting of a collector, and the configuration they make.
package enum CollectorSettings {
    /// Not split at commas, which stand between the sentinels of one URL.
    private static let redis = Setting<[String]>(
        "redis", default: ["redis://127.0.0.1:6379"], isList: true,
        allowed: RedisSettings.allowedURL + "; each once, with a space between several",
        help: "the Redis that samples go to; given again, each gets every sample"
    ) { values in
        let urls = values.flatMap { $0.split(separator: " ").map(String.init) }
        return urls.isEmpty || Set(urls).count < urls.count ? nil : urls
    }

    private static let host = Setting<String?>.text(
        "host", allowed: HostName.rule, help: "this host's name in keys and samples", where: HostName.isValid)

    private static let interval = Setting<[ProbeInterval]>(
        "interval", default: [], isList: true, allowed: ProbeInterval.allowed,
        help: "time between samples, of all probes or of one"
    ) { values in
        let items = values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let intervals = items.compactMap { ProbeInterval(String($0)) }
        let names = Set(intervals.map(\.probe))
        return intervals.count == items.count && names.count == items.count ? intervals : nil
    }

    private static let probes = Setting<[String]>.list(
        "probe", default: ProbeName.defaults.map(\.rawValue), allowed: ProbeName.list("or"), help: "what to sample"
    ) { ProbeName(rawValue: $0) != nil }

    private static let commands = Setting<[ExecCommand]>(
        "exec", default: [], isList: true, allowed: ExecCommand.rule + "; each NAME once",
        help: "a program that prints one JSON object a line, and is a probe by that"
    ) { values in
        let commands = values.compactMap { ExecCommand(parsing: $0) }
        return commands.count == values.count && Set(commands.map(\.name)).count == values.count ? commands : nil
    }

    private static let processes = Setting<Int?>(
        "procs", default: 40, allowed: "a whole number, 1 to 10000, or all",
        help: "rows for the busiest, largest and most reading and writing processes each"
    ) { values in
        guard let text = values.last else { return nil }
        if text == "all" { return .some(nil) }
        guard let count = Int(text), (1...10_000).contains(count) else { return nil }
        return count
    }

    private static let connections = Setting<Int>.integer(
        "conns", default: 100, in: 0...10_000, help: "rows for connections")

    private static let pinned = Setting<ProcessPattern?>(
        "pin", default: nil, allowed: "a POSIX extended regular expression",
        help: "processes whose name or command line matches always get a row"
    ) { values in values.last.flatMap { ProcessPattern($0) }.map { .some($0) } }

    private static let redacted = Setting<[RedactionPattern]>(
        "redact", default: [], allowed: "POSIX extended regular expressions that do not match nothing",
        help: "what is hidden in command lines besides what looks like a secret"
    ) { values in
        let patterns = values.compactMap { RedactionPattern($0) }
        return patterns.count == values.count ? patterns : nil
    }

    private static let hidesCommands = Setting<Bool>.toggle("no-cmd", help: "send no command lines")

    private static let prefix = Setting<String>.text(
        "prefix", default: KeyPrefix.standard, allowed: KeyPrefix.rule, help: "first part of each key",
        where: KeyPrefix.isValid)

    private static let keep = Setting<Int>.integer(
        "keep", default: 3600, in: 1...1_000_000, help: "samples that each key keeps")

    private static let retention = Setting<Duration>.duration(
        "retention", default: .seconds(7200), in: .seconds(10) ... .seconds(720 * 3600),
        help: "time after which Redis drops a key that gets no samples")

    private static let spool = Setting<String?>.text(
        "spool", allowed: "a folder; made where it is missing",
        help: "where samples wait on disk while Redis is away; else in memory")

    private static let spoolTime = Setting<Duration>.duration(
        "spool-time", default: .milliseconds(WaitingLimits().ageMs), in: .seconds(1) ... .seconds(168 * 3600),
        help: "samples that wait longer go")

    private static let spoolBytes = Setting<Int>.bytes(
        "spool-bytes", default: WaitingLimits().bytes, in: 1 << 20...1 << 40,
        help: "past it the oldest samples that wait go; of each Redis, on disk or in memory")

    private static let requiresRedis = Setting<Bool>.toggle(
        "require-redis", help: "end with status 69 when Redis cannot be reached at the start")

    /// All settings, for finding unknown keys.
    package static let known: [SettingDescription] =
        [
            .init(redis), .init(host), .init(interval), .init(probes), .init(commands), .init(processes),
            .init(connections),
            .init(pinned), .init(redacted), .init(hidesCommands), .init(prefix), .init(keep), .init(retention),
            .init(spool),
            .init(spoolTime), .init(spoolBytes), .init(requiresRedis),
        ] + RedisSettings.all

    /// The configuration that the reader's sources give.
    package static func configuration(from reader: SettingsReader) throws(SettingError) -> CollectorConfiguration {
        let connection = try RedisSettings.read(reader, urls: redis)
        var configuration = CollectorConfiguration(redis: connection.endpoints[0])
        configuration.mirrors = Array(connection.endpoints.dropFirst())
        configuration.redisOptions = connection.options
        configuration.host = try reader.value(of: host) ?? HostName.current()
        configuration.commands = try reader.value(of: commands)
        for interval in try reader.value(of: interval) {
            if let probe = interval.probe {
                guard ProbeName(rawValue: probe) != nil || configuration.commands.contains(where: { $0.name == probe })
                else {
                    throw .notAllowed(
                        name: Self.interval.name, value: "\(probe)=…",
                        origin: reader.origin(of: Self.interval) ?? .flag("--interval"),
                        allowed: ProbeInterval.allowed)
                }
                configuration.intervals[probe] = interval.time
            } else {
                configuration.interval = interval.time
            }
        }
        configuration.probes = try distinct(reader.value(of: probes).compactMap(ProbeName.init(rawValue:)))
        configuration.top = TopOptions(
            processes: try reader.value(of: processes), pinned: try reader.value(of: pinned),
            sendsCommands: try !reader.value(of: hidesCommands), redacted: try reader.value(of: redacted))
        configuration.netstat = NetstatOptions(connections: try reader.value(of: connections))
        configuration.prefix = try reader.value(of: prefix)
        configuration.push.keep = try reader.value(of: keep)
        configuration.push.retentionMs = try reader.value(of: retention).components.seconds * 1000
        configuration.spool = try reader.value(of: spool)
        configuration.push.waiting = WaitingLimits(
            bytes: try reader.value(of: spoolBytes),
            ageMs: try reader.value(of: spoolTime).components.seconds * 1000)
        configuration.requiresRedis = try reader.value(of: requiresRedis)
        return configuration
    }

    private static func distinct(_ probes: [ProbeName]) -> [ProbeName] {
        ProbeName.allCases.filter(probes.contains)
    }
}
