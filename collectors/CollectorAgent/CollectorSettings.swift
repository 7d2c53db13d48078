import Probes
import RedisClient
import RedisSettings
import SampleContract
package import Settings

/// The settings of the collector: flags of `collector`, `COLLECTOR_…` variables and file keys. The defaults are those
/// of ``CollectorConfiguration``.
///
/// The list that a setting is in decides which commands have its flag. Every command reads all settings from variables
/// and from the file.
package enum CollectorSettings {
    /// What to sample, and what to keep. For all commands: `run`, `once` and `check`.
    package static let own = SettingList<CollectorConfiguration>.of {
        Setting(
            "redis", \.targets, RedisSettings.urls, "the Redis that samples go to; given again, each gets every sample")
        Setting(
            "host", \.host, .text(allowed: HostName.rule, form: SettingForm("name"), where: HostName.isValid),
            otherwise: "the host's own name", "this host's name in keys and samples"
        ).fixed()
        Setting("interval", \.allIntervals, intervals, "time between samples, of all probes or of one")
        Setting("probe", \.probes, probes, "what to sample")
        Setting(
            "exec", \.commands, commands,
            "a program that prints one JSON object a line, and is a probe by that")
        Setting(
            "procs", \.top.processes, rows,
            "rows for the busiest, largest and most reading and writing processes each")
        Setting("conns", \.netstat.connections, .integer(in: 0...10_000), "rows for connections")
        Setting("pin", \.top.pinned, pattern.optional, "processes whose name or command line matches always get a row")
        Setting(
            "redact", \.top.redacted, redactions,
            "what is hidden in command lines besides what looks like a secret, as ***")
        Setting("no-cmd", \.top.hidesCommands, .toggle, "send no command lines")
        Setting(
            "prefix", \.prefix, .text(allowed: KeyPrefix.rule, where: KeyPrefix.isValid), "first part of each key"
        ).fixed()
        Setting("keep", \.push.keep, .integer(in: 1...1_000_000), "samples that each key keeps")
        Setting(
            "retention", \.push.retentionMs, milliseconds(in: .seconds(10) ... .seconds(720 * 3600)),
            "time after which Redis drops a key that gets no samples")
        Setting(
            "spool", \.spool, .folder(allowed: "a folder; made where it is missing"),
            otherwise: "none: in memory", "where samples wait on disk while Redis is away; made where it is missing"
        ).fixed()
        Setting(
            "spool-time", \.push.waiting.ageMs, milliseconds(in: .seconds(1) ... .seconds(168 * 3600)),
            "samples that wait longer go")
        Setting(
            "spool-bytes", \.push.waiting.bytes, .bytes(in: 1 << 20...1 << 40),
            "past it the oldest samples that wait go; of each Redis, on disk or in memory")
    }

    /// How to log in to the servers. For all commands.
    package static let connection = RedisSettings.options.map {
        $0.within(\CollectorConfiguration.redisOptions).fixed()
    }

    /// What happens if Redis is missing at the start. For `run` alone.
    package static let starting = SettingList<CollectorConfiguration>.of {
        Setting(
            "require-redis", \.requiresRedis, .toggle, "end with status 69 when Redis cannot be reached at the start")
    }

    package static let all = own + connection + starting

    /// Keeps the old values of settings that cannot change while it runs. Returns the names of those that should have
    /// changed.
    package static func keepFixed(
        from running: CollectorConfiguration, in wanted: inout CollectorConfiguration
    ) -> [String] {
        all.filter(\.isFixed).compactMap { $0.keep(from: running, in: &wanted) ? $0.name : nil }
    }

    /// For the collector's README. It describes the settings of the connection in one sentence.
    package static var table: String {
        SettingTable.markdown(own + starting, defaults: CollectorConfiguration(), dashes: true)
    }

    /// The configuration that the sources give.
    package static func configuration(
        from settings: SettingsReader<CollectorConfiguration>
    ) throws(SettingError) -> CollectorConfiguration {
        var configuration = CollectorConfiguration()
        try settings.read(into: &configuration)
        try RedisSettings.check(configuration.redisOptions, for: configuration.targets, in: settings)
        let names = ProbeName.allCases.map(\.rawValue) + configuration.commands.map(\.name)
        if let unknown = configuration.intervals.keys.sorted().first(where: { !names.contains($0) }) {
            throw settings.refusal(of: "interval", shown: "\(unknown)=…", allowed: ProbeInterval.allowed)
        }
        return configuration
    }

    // MARK: Kinds

    private static let intervals = SettingKind<[ProbeInterval]>(
        allowed: ProbeInterval.allowed, form: SettingForm("time", isList: true)
    ) { given in
        let items = given.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let intervals = items.compactMap { ProbeInterval(String($0)) }
        let names = Set(intervals.map(\.probe))
        return intervals.count == items.count && names.count == items.count ? intervals : nil
    } write: {
        $0.map(\.text).joined(separator: ",")
    }

    private static let probeNames = ProbeName.allCases.map(\.rawValue)

    /// Each probe once, in the order in which they are sampled.
    private static let probes = SettingKind<[String]>.list(
        allowed: ProbeName.list("or"), form: SettingForm("name", completion: .words(probeNames)),
        where: probeNames.contains
    ).map({ names in ProbeName.allCases.filter { names.contains($0.rawValue) } }, back: { $0.map(\.rawValue) })

    private static let commands = SettingKind<[ExecCommand]>(
        allowed: ExecCommand.rule + "; each NAME once", form: SettingForm("name=command", isList: true)
    ) { given in
        let commands = given.compactMap { ExecCommand(parsing: $0) }
        return commands.count == given.count && Set(commands.map(\.name)).count == given.count ? commands : nil
    } write: {
        $0.map { "\($0.name)=\($0.command)" }.joined(separator: ",")
    }

    private static let rows = SettingKind<Int?>(
        allowed: "a whole number, 1 to 10000, or all", range: "1 to 10000, or all", form: SettingForm("number")
    ) { given in
        guard let text = given.last else { return nil }
        if text == "all" { return .some(nil) }
        guard let count = DecimalText.integer(text, in: 1...10_000) else { return nil }
        return count
    } write: {
        $0.map { "\($0)" } ?? "all"
    }

    /// Patterns do not keep the text that they were read from. Only the default is ever written, and it is empty.
    private static let pattern = SettingKind<ProcessPattern>(
        allowed: "a POSIX extended regular expression", form: SettingForm("regex", mayBeginWithDash: true)
    ) {
        $0.last.flatMap { ProcessPattern($0) }
    } write: { _ in
        ""
    }

    private static let redactions = SettingKind<[RedactionPattern]>(
        allowed: "POSIX extended regular expressions that do not match nothing",
        form: SettingForm("regex", isList: true, mayBeginWithDash: true)
    ) { given in
        let patterns = given.compactMap { RedactionPattern($0) }
        return patterns.count == given.count ? patterns : nil
    } write: { _ in
        ""
    }

    private static func milliseconds(in range: ClosedRange<Duration>) -> SettingKind<Int64> {
        SettingKind<Duration>.duration(in: range).map({ $0.milliseconds }, back: { .milliseconds($0) })
    }
}

extension TopOptions {
    fileprivate var hidesCommands: Bool {
        get { !sendsCommands }
        set { sendsCommands = !newValue }
    }
}

extension CollectorConfiguration {
    /// The interval of all probes, and those of single ones. Setting some leaves the others as they are.
    fileprivate var allIntervals: [ProbeInterval] {
        get {
            [ProbeInterval(probe: nil, time: interval)]
                + intervals.sorted { $0.key < $1.key }.map { ProbeInterval(probe: $0.key, time: $0.value) }
        }
        set {
            for one in newValue {
                if let probe = one.probe { intervals[probe] = one.time } else { interval = one.time }
            }
        }
    }
}
