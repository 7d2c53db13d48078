import JSONBytes
import SampleContract

/// Where a number stands in a sample's figures: `cpu.idle`, `load.0`, `ifs[name=eth0].rxBps`, `ifs.sum(rxBps)`.
///
/// ```
/// path = name *( "." name / "[" name "=" text "]" ) [ "." fold "(" name ")" ]
/// fold = "sum" / "min" / "max"
/// name = 1*( letter / digit / "_" / "-" / any character beyond ASCII ) / a JSON string
/// text = 1*( any character but "]" ) / a JSON string
/// ```
///
/// A name is a member of an object, a place in an array from 0, or a column of rows. Rows are those of a table
/// (`{"cols": […], "rows": [[…], …]}`), or the objects or arrays in an array. `[name=text]` keeps the rows whose cell
/// is that text, number or truth value; a name behind it is of the first row that is left. A fold takes the numbers of
/// a column in all rows that are left. A truth value is 1 or 0.
package struct FigurePath: Sendable, Hashable {
    /// Why a text is no path: names the character, counted from 1, and what is needed there.
    package struct Invalid: Error, Equatable, CustomStringConvertible {
        package let character: Int
        package let description: String
    }

    /// What becomes of a column's numbers.
    enum Fold: String, CaseIterable {
        case sum
        case min
        case max

        func callAsFunction(_ numbers: [Double]) -> Double? {
            switch self {
            case .sum: numbers.isEmpty ? nil : numbers.reduce(0, +)
            case .min: numbers.min()
            case .max: numbers.max()
            }
        }
    }

    enum Step: Hashable {
        case member(String)
        case rows(column: String, text: String)
        case fold(Fold, column: String)
    }

    /// The longest path, in bytes.
    package static let maxLength = 256

    /// As it was given.
    package let text: String
    /// The member of the sample that it begins with.
    let first: String
    let steps: [Step]

    package init(_ text: String) throws(Invalid) {
        guard text.utf8.count <= Self.maxLength else {
            throw Invalid(
                character: Self.maxLength + 1,
                description: "'\(Excerpt.of(Array(text.utf8), mark: "…"))': longer than \(Self.maxLength) bytes")
        }
        var parser = Parser(text)
        self.text = text
        (first, steps) = try parser.path()
    }
}

private struct Parser {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func path() throws(FigurePath.Invalid) -> (first: String, steps: [FigurePath.Step]) {
        let first = try name()
        var steps: [FigurePath.Step] = []
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "."):
                offset += 1
                let start = offset
                let isQuoted = next == UInt8(ascii: "\"")
                let member = try name()
                guard next == UInt8(ascii: "("), !isQuoted else {
                    steps.append(.member(member))
                    continue
                }
                steps.append(try fold(member, at: start))
                guard offset == bytes.count else { throw invalid("nothing may follow \(member)(…)") }
            case UInt8(ascii: "["):
                offset += 1
                let column = try name()
                try take("=")
                steps.append(.rows(column: column, text: try text()))
                try take("]")
            default: throw invalid("'.' or '[' is needed")
            }
        }
        return (first, steps)
    }

    private mutating func fold(_ name: String, at start: Int) throws(FigurePath.Invalid) -> FigurePath.Step {
        guard let fold = FigurePath.Fold(rawValue: name) else {
            let allowed = FigurePath.Fold.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("nothing is called \(name)(…); allowed: \(allowed)", at: start)
        }
        try take("(")
        let column = try self.name()
        try take(")")
        return .fold(fold, column: column)
    }

    // MARK: Words

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ sign: Unicode.Scalar) throws(FigurePath.Invalid) {
        guard next == UInt8(ascii: sign) else { throw invalid("'\(sign)' is needed") }
        offset += 1
    }

    private mutating func name() throws(FigurePath.Invalid) -> String {
        if next == UInt8(ascii: "\"") { return try quoted() }
        return try word("a name is needed: letters, digits, '_' and '-', or a text in double quotes") { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
                true
            default: false
            }
        }
    }

    private mutating func text() throws(FigurePath.Invalid) -> String {
        if next == UInt8(ascii: "\"") { return try quoted() }
        return try word("a text is needed") { $0 != UInt8(ascii: "]") }
    }

    private mutating func word(
        _ need: String, _ isPart: (UInt8) -> Bool
    ) throws(FigurePath.Invalid) -> String {
        let end = bytes[offset...].firstIndex { !isPart($0) } ?? bytes.count
        guard end > offset else { throw invalid(need) }
        defer { offset = end }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    private mutating func quoted() throws(FigurePath.Invalid) -> String {
        var end = offset + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1 }
        guard end < bytes.count else { throw invalid("the text in double quotes does not end") }
        guard let text = (try? JSONValue(parsing: bytes[offset...end]))?.string else {
            throw invalid("the text in double quotes is no JSON string")
        }
        offset = end + 1
        return text
    }

    private func invalid(_ what: String, at place: Int? = nil) -> FigurePath.Invalid {
        let character = String(decoding: bytes[..<(place ?? offset)], as: UTF8.self).count + 1
        let text = Excerpt.of(bytes, limit: FigurePath.maxLength)
        return FigurePath.Invalid(character: character, description: "'\(text)', character \(character): \(what)")
    }
}
