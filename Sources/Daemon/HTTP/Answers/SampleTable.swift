import JSONBytes
import StreamAssembly

/// Samples as a table (RFC 4180). The columns are `id`, `host`, `probe`, `t`, and every other top-level field that is a
/// number, a text or a truth value in any sample, sorted by name. There are at most 1000 of these, with names of at
/// most 128 bytes.
struct SampleTable: Sendable {
    /// The names of the columns. They are gathered before the first row is written.
    struct Columns: Sendable {
        private var names: Set<String> = []

        mutating func add(_ sample: Sample) {
            for (name, range) in SampleTable.members(of: sample)
            where SampleTable.isScalar(sample.bytes[range]) && name.utf8.count <= SampleTable.longestName {
                names.insert(name)
            }
            // If there are too many names, only the first are kept.
            if names.count > SampleTable.mostColumns * 5 / 4 { names = Set(first) }
        }

        fileprivate var first: ArraySlice<String> {
            names.subtracting(SampleTable.first).sorted().prefix(SampleTable.mostColumns)
        }
    }

    private let columns: [String]

    init(_ columns: Columns) { self.columns = Self.first + columns.first }

    var head: [UInt8] { Self.line(columns.map { Self.cell($0) }) }

    func row(_ sample: Sample) -> [UInt8] {
        let members = Dictionary(Self.members(of: sample).map { ($0.name, $0.value) }) { first, _ in first }
        let cells = columns.map { name -> String in
            // These come from the window, because a sample need not contain them.
            switch name {
            case "host": return Self.cell(sample.host)
            case "probe": return Self.cell(sample.probe)
            case "t": return Self.time(sample.t)
            default: break
            }
            guard let range = members[name], Self.isScalar(sample.bytes[range]) else { return "" }
            let raw = sample.bytes[range]
            guard raw.first == UInt8(ascii: "\"") else { return String(decoding: raw, as: UTF8.self) }
            return Self.cell((try? JSONValue(parsing: raw))?.string ?? "")
        }
        return Self.line(cells)
    }

    private static func time(_ t: Double) -> String {
        var writer = JSONWriter(reservingCapacity: 24)
        writer.number(t)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static let first = ["id", "host", "probe", "t"]

    /// Every row has every column. With too many names the table would be far larger than the window.
    private static let mostColumns = 1000
    private static let longestName = 128

    private static func members(of sample: Sample) -> [(name: String, value: Range<Int>)] {
        (try? JSONScanner.members(ofObject: sample.bytes)) ?? []
    }

    /// Null and missing fields become empty cells.
    private static func isScalar(_ raw: ArraySlice<UInt8>) -> Bool {
        switch raw.first {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n"), nil: false
        default: true
        }
    }

    /// A text as a cell. If a spreadsheet would take it for a formula, it gets an apostrophe in front.
    private static func cell(_ text: String) -> String {
        let isFormula = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false
        let text = isFormula ? "'" + text : text
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func line(_ cells: [String]) -> [UInt8] { Array((cells.joined(separator: ",") + "\r\n").utf8) }
}
