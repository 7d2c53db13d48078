import Glibc

/// Columns of figures.
enum Table {
    static func line(_ fields: [String]) -> String {
        fields.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }.joined()
    }

    /// Two decimals below 100, none from there on.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        guard abs(value) < 100 else { return "\(Int(value.rounded()))" }
        let hundredths = Int((abs(value) * 100).rounded())
        return "\(value < 0 ? "-" : "")\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }

    static func median(_ values: [Double]) -> Double { quantile(0.5, of: values.sorted()) }

    static func quantile<Value: BinaryInteger>(_ share: Double, of sorted: [Value]) -> Double {
        quantile(share, of: sorted.map { Double($0) })
    }

    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

/// A figure and the most that it may be.
struct Bar {
    let name: String
    let value: Double
    let most: Double

    var isHeld: Bool { value <= most }

    var text: String {
        "\(isHeld ? "held  " : "MISSED") \(name): \(Table.decimal(value)), at most \(Table.decimal(most))"
    }
}

/// Lines to the process that reads our standard output.
enum Output {
    static func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
    }
}

/// What a writer did.
struct Span {
    let events: Int
    /// CPU time of the writer's process from the first event to the end of the last.
    let microseconds: Double

    var line: String { "done \(events) \(microseconds)" }

    init(events: Int, microseconds: Double) {
        self.events = events
        self.microseconds = microseconds
    }

    init?(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "done", let events = Int(words[1]), let used = Double(words[2]) else {
            return nil
        }
        self.init(events: events, microseconds: used)
    }
}
