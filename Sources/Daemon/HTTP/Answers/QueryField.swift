import Settings
import StreamAssembly

/// An invalid query. It names the field, what was given and what is allowed.
struct InvalidQuery: Error, Equatable, CustomStringConvertible {
    let description: String
}

/// Reads single fields of queries.
enum QueryField {
    /// 2^53 - 1: whole ms up to there are exact in every reader of JSON.
    static let maxTime = 9_007_199_254_740_991

    /// The fields that are filled in; an empty one counts as missing.
    ///
    /// - Parameters:
    ///   - names: the fields that there are.
    ///   - lists: those of them that may occur several times.
    static func filled(
        _ fields: [(name: String, value: String)], names: [String], lists: Set<String>
    ) throws(InvalidQuery) -> [(name: String, value: String)] {
        var seen: Set<String> = []
        for (name, _) in fields {
            guard names.contains(name) else {
                throw InvalidQuery(
                    description: "\(excerpt(name)): no such field; allowed: \(names.joined(separator: ", "))")
            }
            guard seen.insert(name).inserted || lists.contains(name) else {
                throw InvalidQuery(description: "\(name): given twice")
            }
        }
        return fields.filter { !$0.value.isEmpty }
    }

    static func glob(_ name: String, _ value: String) throws(InvalidQuery) -> Glob {
        guard let glob = Glob(value) else {
            throw invalid(name, value, allowed: "a pattern of 1 to \(Glob.maxLength) bytes")
        }
        return glob
    }

    static func time(_ name: String, _ value: String) throws(InvalidQuery) -> Double {
        guard let time = DecimalText.number(value, in: 0...Double(maxTime)) else {
            throw invalid(name, value, allowed: "a time in ms, Unix epoch, in decimal digits, 0 to \(maxTime)")
        }
        return time
    }

    /// What any of `hosts` and any of `probes` fits; all where there is none.
    static func selection(hosts: [Glob], probes: [Glob]) throws(InvalidQuery) -> Selection {
        guard hosts.count <= Selection.maxGlobs, probes.count <= Selection.maxGlobs else {
            throw InvalidQuery(description: "host, probe: more than \(Selection.maxGlobs) patterns")
        }
        return Selection(hosts: hosts, probes: probes)
    }

    static func invalid(_ name: String, _ value: String, allowed: String) -> InvalidQuery {
        InvalidQuery(description: "\(name): '\(excerpt(value))' is not allowed; allowed: \(allowed)")
    }

    private static func excerpt(_ text: String) -> String { String(text.prefix(80)) }
}
