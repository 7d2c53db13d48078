import JSONBytes
import StreamAssembly

/// The few numbers of a sample that a person wants to see on one line.
struct SampleFigures {
    private let sample: Sample
    private let value: JSONValue

    init(_ sample: Sample) {
        self.sample = sample
        value = (try? JSONValue(parsing: sample.bytes)) ?? .null
    }

    /// Figures with their names; `-` if the collector has no value.
    var text: String {
        switch sample.probe {
        case "top": top
        case "netstat": netstat
        default: other
        }
    }

    // MARK: Probes (their schemas: collectors/README.md)

    private var top: String {
        let cpu = value["cpu"]?["idle"]?.number.map { max(0, 100 - $0) }
        let memory = value["mem"]
        var used: Double?
        if let total = memory?["total"]?.number, let available = memory?["available"]?.number, total > 0 {
            used = 100 * (total - available) / total
        }
        let load = value["load"]?.array?.first?.number
        let busiest = rows("procs", "comm", "cpuPct")
            .compactMap { row in row[1].number.map { (name: row[0].string ?? "?", share: $0) } }
            .max { $0.share < $1.share }
        let process = busiest.map { "\(TerminalText.safe($0.name)) \(Self.percent($0.share))" }
        return
            "cpu \(Self.percent(cpu))  load \(Self.decimal(load, 2))  mem \(Self.percent(used))  top \(process ?? "-")"
    }

    private var netstat: String {
        let interfaces = rows("ifs", "name", "rxBps", "txBps").filter { $0[0].string != "lo" }
        func sum(_ column: Int) -> Double? {
            let rates = interfaces.compactMap { $0[column].number }
            return rates.isEmpty ? nil : rates.reduce(0, +)
        }
        // Only counters that moved are in the sample.
        let retransmits = value["proto"]?.object.map { $0["TcpRetransSegs"]?.number ?? 0 }
        let connections = value["tcp"]?["established"]?.number
        return "conns \(Self.decimal(connections, 0))  rx \(Self.rate(sum(1)))  tx \(Self.rate(sum(2)))"
            + "  retrans \(Self.decimal(retransmits, 1))/s"
    }

    /// The first numbers of the sample itself, in its order.
    private var other: String {
        let members = (try? JSONScanner.members(ofObject: sample.bytes)) ?? []
        let numbers = members.lazy.filter { !Self.envelope.contains($0.name) }.compactMap { member -> String? in
            let raw = sample.bytes[member.value]
            guard let first = raw.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else { return nil }
            return "\(TerminalText.safe(member.name)) \(String(decoding: raw, as: UTF8.self))"
        }
        return numbers.prefix(4).joined(separator: "  ")
    }

    private static let envelope: Set<String> = ["id", "t", "v", "seq", "intervalMs", "dtMs", "tookUs"]

    /// The rows of a table (`cols` and `rows`), with these columns.
    private func rows(_ table: String, _ columns: String...) -> [[JSONValue]] {
        let names = value[table]?["cols"]?.array ?? []
        let places = columns.map { names.firstIndex(of: .string($0)) }
        return (value[table]?["rows"]?.array ?? []).map { row in
            places.map { place in
                guard let place, let cells = row.array, place < cells.count else { return .null }
                return cells[place]
            }
        }
    }

    // MARK: Numbers

    private static func percent(_ value: Double?) -> String { value.map { decimal($0, 1) + "%" } ?? "-" }

    private static func decimal(_ value: Double?, _ decimals: Int) -> String {
        guard let value else { return "-" }
        var writer = JSONWriter(reservingCapacity: 24)
        writer.number(value, decimals: decimals)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Bytes per second.
    private static func rate(_ value: Double?) -> String {
        guard var value else { return "-" }
        for unit in ["B/s", "kB/s", "MB/s"] {
            if value < 1000 { return "\(decimal(value, 1)) \(unit)" }
            value /= 1000
        }
        return "\(decimal(value, 1)) GB/s"
    }
}
