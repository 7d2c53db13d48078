import Settings
import StreamAssembly

/// The query of a request for the window (Contract.md: `GET /api/v1/window`).
struct WindowQuery: Equatable {
    /// An invalid query. It names the field, what was given and what is allowed.
    struct Invalid: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    enum Format: String, CaseIterable {
        case json
        case ndjson
        case csv
    }

    static let maxLimit = 10_000_000
    /// 2^53 - 1: whole ms up to there are exact in every reader of JSON.
    static let maxTime = 9_007_199_254_740_991
    static let names: Set<String> = ["host", "probe", "since", "limit", "format"]

    var selection = Selection.all
    /// Samples newer than this, Unix epoch in ms.
    var since = -Double.infinity
    /// The most samples; the newest count.
    var limit = 1000
    var format = Format.json

    /// - Parameter fields: names and values in order. `host` and `probe` may occur several times.
    init(_ fields: [(name: String, value: String)]) throws(Invalid) {
        var hosts: [Glob] = []
        var probes: [Glob] = []
        var seen: Set<String> = []
        for (name, value) in fields {
            guard Self.names.contains(name) else {
                throw Invalid(
                    description: "\(Self.excerpt(name)): no such field; allowed: host, probe, since, limit, format")
            }
            let isList = name == "host" || name == "probe"
            guard seen.insert(name).inserted || isList else { throw Invalid(description: "\(name): given twice") }
            // An empty field counts as missing.
            if value.isEmpty { continue }
            switch name {
            case "host": hosts.append(try Self.glob(name, value))
            case "probe": probes.append(try Self.glob(name, value))
            case "since": since = try Self.time(value)
            case "limit": limit = try Self.limit(value)
            default: format = try Self.format(value)
            }
        }
        guard hosts.count <= Selection.maxGlobs, probes.count <= Selection.maxGlobs else {
            throw Invalid(description: "host, probe: more than \(Selection.maxGlobs) patterns")
        }
        selection = Selection(hosts: hosts, probes: probes)
    }

    private static func glob(_ name: String, _ value: String) throws(Invalid) -> Glob {
        guard let glob = Glob(value) else {
            throw invalid(name, value, allowed: "a pattern of 1 to \(Glob.maxLength) bytes")
        }
        return glob
    }

    private static func time(_ value: String) throws(Invalid) -> Double {
        guard let time = DecimalText.number(value, in: 0...Double(maxTime)) else {
            throw invalid(
                "since", value, allowed: "a time in ms, Unix epoch, in decimal digits, 0 to \(maxTime)")
        }
        return time
    }

    private static func limit(_ value: String) throws(Invalid) -> Int {
        guard let limit = DecimalText.integer(value, in: 1...maxLimit) else {
            throw invalid("limit", value, allowed: "a whole number in decimal digits, 1 to \(maxLimit)")
        }
        return limit
    }

    private static func format(_ value: String) throws(Invalid) -> Format {
        guard let format = Format(rawValue: value) else {
            throw invalid("format", value, allowed: Format.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return format
    }

    private static func invalid(_ name: String, _ value: String, allowed: String) -> Invalid {
        Invalid(description: "\(name): '\(excerpt(value))' is not allowed; allowed: \(allowed)")
    }

    private static func excerpt(_ text: String) -> String { String(text.prefix(80)) }
}
