/// A strict reader of Prometheus' text format 0.0.4: what it does not know is an error that names the line.
struct PrometheusText {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Family {
        let type: String
        let help: String
        fileprivate(set) var samples: [Sample] = []
    }

    private(set) var families: [String: Family] = [:]

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Fault(description: "the last line has no end") }
        var help: (name: String, text: String)?
        var current: String?
        var seen: Set<String> = []
        for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            func fault(_ what: String) -> Fault { Fault(description: "\(what): \(line)") }
            let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, Self.isName(words[2]), !words[3].isEmpty else { throw fault("no help") }
                guard !words[3].contains("\\") else { throw fault("an escape in a help") }
                help = (words[2], words[3])
            } else if line.hasPrefix("# TYPE ") {
                guard words.count == 4, help?.name == words[2] else { throw fault("a type without its help before") }
                guard ["counter", "gauge", "histogram"].contains(words[3]) else { throw fault("no such type") }
                guard families[words[2]] == nil else { throw fault("a second family of the name") }
                families[words[2]] = Family(type: words[3], help: help?.text ?? "")
                (current, help) = (words[2], nil)
            } else {
                let sample = try Self.sample(line)
                guard let current, let type = families[current]?.type else { throw fault("a sample before any type") }
                let suffixes = type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
                guard suffixes.contains(where: { sample.name == current + $0 }) else {
                    throw fault("a sample of another family than \(current)")
                }
                guard type == "gauge" || sample.value >= 0 else { throw fault("a counter below zero") }
                guard type != "counter" || current.hasSuffix("_total") else { throw fault("a counter without _total") }
                guard type == "counter" || !current.hasSuffix("_total") else { throw fault("_total, but no counter") }
                guard seen.insert("\(sample.name) \(sample.labels.sorted { $0.key < $1.key })").inserted else {
                    throw fault("twice")
                }
                families[current]?.samples.append(sample)
            }
        }
        for (name, family) in families {
            guard !family.samples.isEmpty else { throw Fault(description: "\(name) has no sample") }
            if family.type == "histogram" { try Self.check(name, family) }
        }
    }

    /// Each bucket holds those before it, the last one is `+Inf` and equals the count, and there is a sum.
    private static func check(_ name: String, _ family: Family) throws {
        let buckets = family.samples.filter { $0.name == "\(name)_bucket" }
        let ends = buckets.map { $0.labels["le"].flatMap { $0 == "+Inf" ? .infinity : Double($0) } ?? -1 }
        let values = buckets.map(\.value)
        let count = family.samples.first { $0.name == "\(name)_count" }?.value
        guard ends == ends.sorted(), Set(ends).count == ends.count, ends.first ?? -1 > 0, ends.last == .infinity else {
            throw Fault(description: "\(name): buckets \(ends)")
        }
        guard values == values.sorted(), values.last == count else {
            throw Fault(description: "\(name): \(values), of \(count ?? -1)")
        }
        guard family.samples.contains(where: { $0.name == "\(name)_sum" }) else {
            throw Fault(description: "\(name) has no sum")
        }
    }

    /// `NAME VALUE` or `NAME{LABEL="TEXT",…} VALUE`.
    private static func sample(_ line: String) throws -> Sample {
        guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
            throw Fault(description: "no value: \(line)")
        }
        let series = line[..<space]
        let name = String(series.prefix { $0 != "{" })
        guard isName(name) else { throw Fault(description: "no name: \(line)") }
        var labels: [String: String] = [:]
        var rest = series.dropFirst(name.count)
        if !rest.isEmpty {
            guard rest.first == "{", rest.last == "}" else { throw Fault(description: "no labels: \(line)") }
            rest = rest.dropFirst().dropLast()
            for pair in rest.split(separator: ",", omittingEmptySubsequences: false) {
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2, isName(parts[0]), !parts[0].contains(":"), parts[1].count >= 2,
                    parts[1].first == "\"", parts[1].last == "\"", labels[parts[0]] == nil
                else { throw Fault(description: "no label: \(line)") }
                let text = parts[1].dropFirst().dropLast()
                guard !text.contains("\""), !text.contains("\\") else { throw Fault(description: "escapes: \(line)") }
                labels[parts[0]] = String(text)
            }
        }
        return Sample(name: name, labels: labels, value: value)
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`
    private static func isName(_ text: String) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = text.utf8.first, !digits.contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }
}
