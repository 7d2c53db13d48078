import JSONBytes
import StreamAssembly

/// What somebody wants to know of the past: columns of numbers, by paths into the figures (Contract.md: series).
struct SeriesQuery: Equatable, Sendable {
    static let maxPaths = 32
    /// Numbers of a key at most: they are written in one go.
    static let maxNumbers = 100_000

    /// What is asked for, which may be more than may be seen.
    let selection: Selection
    let paths: [FigurePath]
    let span: SeriesSpan

    /// The fields of a request: names and values in their order; `host`, `probe` and `path` may stand several times.
    ///
    /// - Parameters:
    ///   - now: where the span ends that nobody tells, Unix epoch in ms.
    ///   - ageMs: how long it is then.
    init(_ fields: [(name: String, value: String)], now: Double, ageMs: Double) throws(InvalidQuery) {
        var (hosts, probes, paths): ([Glob], [Glob], [String]) = ([], [], [])
        var times: [String: Double] = [:]
        let names = ["host", "probe", "path", "from", "to", "step"]
        for (name, value) in try QueryField.filled(fields, names: names, lists: ["host", "probe", "path"]) {
            switch name {
            case "host": hosts.append(try QueryField.glob(name, value))
            case "probe": probes.append(try QueryField.glob(name, value))
            case "path": paths.append(value)
            default: times[name] = try QueryField.time(name, value)
            }
        }
        try self.init(
            try QueryField.selection(hosts: hosts, probes: probes), paths, times, now: now, ageMs: ageMs)
    }

    /// The argument of an event: `{"hosts": [glob…], "probes": [glob…], "paths": [path…], "from", "to", "step"}`; all
    /// but `paths` may be missing. Other fields are left alone.
    init(_ value: JSONValue, now: Double, ageMs: Double) throws(InvalidQuery) {
        let selection: Selection
        do throws(Selection.Invalid) {
            selection = try Selection(value)
        } catch {
            throw InvalidQuery(description: error.description)
        }
        var paths: [String] = []
        for element in value["paths"]?.array ?? [] {
            guard let path = element.string else { throw Self.noPaths }
            paths.append(path)
        }
        var times: [String: Double] = [:]
        for name in ["from", "to", "step"] {
            guard let given = value[name], given != .null else { continue }
            guard let number = given.number else {
                throw InvalidQuery(description: "\(name): no number; allowed: a number of ms")
            }
            times[name] = number
        }
        try self.init(selection, paths, times, now: now, ageMs: ageMs)
    }

    private init(
        _ selection: Selection, _ texts: [String], _ times: [String: Double], now: Double, ageMs: Double
    ) throws(InvalidQuery) {
        guard (1...Self.maxPaths).contains(texts.count) else { throw Self.noPaths }
        var paths: [FigurePath] = []
        for text in texts {
            do throws(FigurePath.Invalid) {
                paths.append(try FigurePath(text))
            } catch {
                throw InvalidQuery(description: "path: \(error.description)")
            }
        }
        let to = times["to"] ?? now
        do throws(SeriesSpan.Invalid) {
            span = try SeriesSpan(from: times["from"] ?? to - ageMs, to: to, step: times["step"] ?? 1000)
        } catch {
            throw InvalidQuery(description: error.description)
        }
        guard paths.count * span.points <= Self.maxNumbers else {
            throw InvalidQuery(
                description: "path, step: \(paths.count) paths at \(span.points) points are too many; allowed: "
                    + "\(Self.maxNumbers) numbers of a key")
        }
        self.selection = selection
        self.paths = paths
    }

    private static var noPaths: InvalidQuery {
        InvalidQuery(description: "path: 1 to \(maxPaths) paths are needed, such as cpu.idle or ifs.sum(rxBps)")
    }
}

/// What somebody wants to see whole: the samples of one moment (Contract.md: at).
struct MomentQuery: Equatable, Sendable {
    /// What is asked for, which may be more than may be seen.
    let selection: Selection
    /// Unix epoch in ms.
    let t: Double

    /// - Parameter fields: names and values in their order; `host` and `probe` may stand several times.
    init(_ fields: [(name: String, value: String)]) throws(InvalidQuery) {
        var (hosts, probes): ([Glob], [Glob]) = ([], [])
        var t: Double?
        for (name, value) in try QueryField.filled(fields, names: ["host", "probe", "t"], lists: ["host", "probe"]) {
            switch name {
            case "host": hosts.append(try QueryField.glob(name, value))
            case "probe": probes.append(try QueryField.glob(name, value))
            default: t = try QueryField.time(name, value)
            }
        }
        guard let t else { throw InvalidQuery(description: "t: missing; needed: a time in ms, Unix epoch") }
        selection = try QueryField.selection(hosts: hosts, probes: probes)
        self.t = t
    }
}
