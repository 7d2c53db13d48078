import JSONBytes

/// The members of a sample's figures, looked up once for any number of paths.
struct FigureReading {
    private let bytes: [UInt8]
    private let members: [(name: String, value: Range<Int>)]

    /// - Parameter figures: those of a checked sample.
    init(_ figures: [UInt8]) {
        bytes = figures
        members = (try? JSONScanner.members(ofObject: bytes)) ?? []
    }

    /// The number at a path; nil where there is none.
    func number(at path: FigurePath) -> Double? {
        guard let member = members.first(where: { isSame($0.name, path.first) }) else { return nil }
        var place = Place.value(bytes[member.value])
        for step in path.steps {
            guard let next = place.going(step) else { return nil }
            place = next
        }
        return place.asNumber
    }
}

/// How far a path has led.
private enum Place {
    case value(ArraySlice<UInt8>)
    /// Rows of a table, or elements of an array, of which some may have been left out.
    case rows(Rows)
    case number(Double)

    func going(_ step: FigurePath.Step) -> Place? {
        switch (step, self) {
        case (.member(let name), .value(let value)): JSONPart.member(name, of: value).map(Place.value)
        case (.member(let name), .rows(let rows)): rows.rows.first.flatMap { rows.cell(name, of: $0) }.map(Place.value)
        case (.rows(let column, let text), _): asRows.map { Place.rows($0.keeping(column, text)) }
        case (.fold(let fold, let column), _):
            asRows.flatMap { rows in fold(rows.rows.compactMap { rows.cell(column, of: $0).flatMap(JSONPart.number) }) }
                .map(Place.number)
        case (.member, .number): nil
        }
    }

    var asNumber: Double? {
        switch self {
        case .value(let value): JSONPart.number(value)
        case .number(let number): number
        case .rows: nil
        }
    }

    private var asRows: Rows? {
        switch self {
        case .value(let value): Rows(value)
        case .rows(let rows): rows
        case .number: nil
        }
    }
}

private struct Rows {
    /// Nil where each row has names of its own, or none.
    private let columns: [String]?
    private(set) var rows: [ArraySlice<UInt8>]

    /// A table, or an array of anything.
    init?(_ value: ArraySlice<UInt8>) {
        guard value.first == UInt8(ascii: "{") else {
            guard let elements = JSONPart.elements(of: value) else { return nil }
            columns = nil
            rows = elements
            return
        }
        guard let names = JSONPart.member("cols", of: value).flatMap(JSONPart.elements),
            let rows = JSONPart.member("rows", of: value).flatMap(JSONPart.elements)
        else { return nil }
        columns = names.map { Sample.text($0) ?? "" }
        self.rows = rows
    }

    /// Those whose cell is that text, or is written so.
    func keeping(_ column: String, _ text: String) -> Rows {
        var left = self
        left.rows = rows.filter { row in
            guard let cell = cell(column, of: row) else { return false }
            return cell.first == UInt8(ascii: "\"")
                ? Sample.text(cell).map { isSame($0, text) } ?? false : cell.elementsEqual(text.utf8)
        }
        return left
    }

    func cell(_ column: String, of row: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let columns else { return JSONPart.member(column, of: row) }
        guard let place = columns.firstIndex(where: { isSame($0, column) }) else { return nil }
        return JSONPart.element(place, of: row)
    }
}

/// Parts of a checked JSON text.
private enum JSONPart {
    static func elements(of value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        guard value.first == UInt8(ascii: "["), let ranges = try? JSONScanner.elements(ofArray: value) else {
            return nil
        }
        return ranges.map { part($0, of: value) }
    }

    static func element(_ place: Int, of value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard value.first == UInt8(ascii: "["), let ranges = try? JSONScanner.elements(ofArray: value),
            ranges.indices.contains(place)
        else { return nil }
        return part(ranges[place], of: value)
    }

    /// The member of an object, or the element of an array at a place that the name writes out.
    static func member(_ name: String, of value: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard value.first == UInt8(ascii: "{") else {
            guard name.utf8.count <= 7, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let place = Int(name)
            else { return nil }
            return element(place, of: value)
        }
        let members = (try? JSONScanner.members(ofObject: value)) ?? []
        return members.first { isSame($0.name, name) }.map { part($0.value, of: value) }
    }

    /// A number, or a truth value as 1 or 0; nil for anything else, and for what is beyond a double.
    static func number(_ value: ArraySlice<UInt8>) -> Double? {
        guard let first = value.first else { return nil }
        switch first {
        case UInt8(ascii: "t"): return 1
        case UInt8(ascii: "f"): return 0
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return Double(String(decoding: value, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
        default: return nil
        }
    }

    private static func part(_ range: Range<Int>, of value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        value[value.startIndex + range.lowerBound..<value.startIndex + range.upperBound]
    }
}

/// By their bytes: to Swift a text is equal to another that looks alike.
private func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
