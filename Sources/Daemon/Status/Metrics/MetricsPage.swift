/// Prometheus text (exposition format 0.0.4), a family at a time: its help, its type, and its samples.
///
/// Names and help are written in the sources, label values come from enums: nothing of it is from outside.
struct MetricsPage {
    private(set) var text = ""

    mutating func gauge(_ name: String, _ help: String, _ value: some BinaryInteger) {
        head("streamassembler_\(name)", help, "gauge")
        text += "streamassembler_\(name) \(value)\n"
    }

    mutating func gauge(_ name: String, _ help: String, label: String, _ values: [(String, Int)]) {
        family("streamassembler_\(name)", help, "gauge", label: label, values)
    }

    mutating func counter(_ name: String, _ help: String, _ value: some BinaryInteger) {
        head("streamassembler_\(name)", help, "counter")
        text += "streamassembler_\(name) \(value)\n"
    }

    mutating func counter(_ name: String, _ help: String, label: String, _ values: [(String, Int)]) {
        family("streamassembler_\(name)", help, "counter", label: label, values)
    }

    /// - Parameter value: nothing is written for nil.
    mutating func process(_ name: String, _ help: String, _ type: String, _ value: (some CustomStringConvertible)?) {
        guard let value else { return }
        head("process_\(name)", help, type)
        text += "process_\(name) \(value)\n"
    }

    /// In seconds.
    mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        let name = "streamassembler_\(name)"
        head(name, help, "histogram")
        var sum = 0
        for (bound, count) in zip(Histogram.bounds, histogram.counts) {
            sum += count
            text += "\(name)_bucket{le=\"\(bound.label)\"} \(sum)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(histogram.count)\n"
        text += "\(name)_sum \(Double(histogram.sum) / 1e9)\n\(name)_count \(histogram.count)\n"
    }

    private mutating func family(
        _ name: String, _ help: String, _ type: String, label: String, _ values: [(String, Int)]
    ) {
        head(name, help, type)
        for (value, count) in values { text += "\(name){\(label)=\"\(value)\"} \(count)\n" }
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }
}
