import JSONBytes

extension JSONWriter {
    mutating func field(_ name: StaticString, _ value: UInt64?) {
        key(name)
        optional(value)
    }

    mutating func field(_ name: StaticString, _ value: Double?, decimals: Int) {
        key(name)
        optional(value, decimals: decimals)
    }

    mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        optional(value)
    }

    mutating func optional(_ value: UInt64?) {
        if let value { integer(value) } else { null() }
    }

    mutating func optional(_ value: Double?, decimals: Int) {
        if let value { number(value, decimals: decimals) } else { null() }
    }

    mutating func optional(_ value: String?) {
        if let value { string(value) } else { null() }
    }

    /// A rate as a whole number, as bytes per second are written.
    mutating func rounded(_ value: Double?) {
        if let value, let whole = UInt64(exactly: value.rounded()) { integer(whole) } else { null() }
    }

    /// The names of a table's columns: `"cols":["a","b"]`.
    mutating func columns(_ names: [StaticString]) {
        key("cols")
        beginArray()
        for name in names { string(name) }
        endArray()
    }

    mutating func string(_ name: StaticString) {
        name.withUTF8Buffer { string(utf8: $0) }
    }
}
