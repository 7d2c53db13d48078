import Settings
import StreamAssembly

/// The query of a request for the window (Contract.md: `GET /api/v1/window`).
struct WindowQuery: Equatable {
    typealias Invalid = InvalidQuery

    enum Format: String, CaseIterable {
        case json
        case ndjson
        case csv
    }

    static let maxLimit = 10_000_000

    /// What is asked for, which may be more than may be seen.
    private(set) var selection = Selection.all
    /// Samples newer than this, Unix epoch in ms.
    var since = -Double.infinity
    /// The most samples; the newest count.
    var limit = 1000
    var format = Format.json

    /// - Parameter fields: names and values in order. `host` and `probe` may occur several times.
    init(_ fields: [(name: String, value: String)]) throws(Invalid) {
        var hosts: [Glob] = []
        var probes: [Glob] = []
        let names = ["host", "probe", "since", "limit", "format"]
        for (name, value) in try QueryField.filled(fields, names: names, lists: ["host", "probe"]) {
            switch name {
            case "host": hosts.append(try QueryField.glob(name, value))
            case "probe": probes.append(try QueryField.glob(name, value))
            case "since": since = try QueryField.time(name, value)
            case "limit": limit = try Self.limit(value)
            default: format = try Self.format(value)
            }
        }
        selection = try QueryField.selection(hosts: hosts, probes: probes)
    }

    private static func limit(_ value: String) throws(Invalid) -> Int {
        guard let limit = DecimalText.integer(value, in: 1...maxLimit) else {
            throw QueryField.invalid("limit", value, allowed: "a whole number in decimal digits, 1 to \(maxLimit)")
        }
        return limit
    }

    private static func format(_ value: String) throws(Invalid) -> Format {
        guard let format = Format(rawValue: value) else {
            throw QueryField.invalid("format", value, allowed: Format.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return format
    }
}
