import JSONBytes

/// One column of a table in samples: its name, and how to write the cell of a row.
struct Column<Row>: Sendable {
    let name: StaticString
    let write: @Sendable (Row, inout JSONWriter) -> Void

    init(_ name: StaticString, _ write: @escaping @Sendable (Row, inout JSONWriter) -> Void) {
        self.name = name
        self.write = write
    }
}

extension JSONWriter {
    /// Writes the names of the columns: `"cols":["a","b"]`.
    mutating func names<Row>(of columns: [Column<Row>]) {
        key("cols")
        beginArray()
        for column in columns { string(column.name) }
        endArray()
    }

    /// Writes one row: an array of cells in the order of the columns.
    mutating func row<Row>(_ row: Row, _ columns: [Column<Row>]) {
        beginArray()
        for column in columns { column.write(row, &self) }
        endArray()
    }

    /// Writes the cells as members of an object: `"a":1,"b":2`.
    mutating func members<Row>(_ row: Row, _ columns: [Column<Row>]) {
        for column in columns {
            key(column.name)
            column.write(row, &self)
        }
    }

    /// Writes a table whose rows all fit: `"cols":[…],"rows":[[…],…]`.
    mutating func table<Row>(_ columns: [Column<Row>], rows: some Sequence<Row>) {
        names(of: columns)
        key("rows")
        beginArray()
        for row in rows { self.row(row, columns) }
        endArray()
    }

    /// Writes the sums of the rows that were left out: `"others":{"count":n,…}`. Writes nothing if all rows are there.
    mutating func others(_ count: Int, _ sums: (inout JSONWriter) -> Void) {
        guard count > 0 else { return }
        key("others")
        beginObject()
        field("count", UInt64(count))
        sums(&self)
        endObject()
    }
}

extension JSONWriter {
    mutating func field(_ name: StaticString, _ value: UInt64?) {
        key(name)
        optional(value)
    }

    mutating func field(_ name: StaticString, signed value: Int64?) {
        key(name)
        if let value { integer(value) } else { null() }
    }

    mutating func field(_ name: StaticString, _ value: Double?, decimals: Int) {
        key(name)
        optional(value, decimals: decimals)
    }

    mutating func field(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// Writes a rate as a whole number, as for bytes per second.
    mutating func field(_ name: StaticString, rounded value: Double?) {
        key(name)
        rounded(value)
    }

    mutating func optional(_ value: (some BinaryInteger)?) {
        if let value { integer(value) } else { null() }
    }

    mutating func optional(_ value: Double?, decimals: Int) {
        if let value { number(value, decimals: decimals) } else { null() }
    }

    mutating func optional(_ value: Bool?) {
        if let value { bool(value) } else { null() }
    }

    mutating func optional(_ value: String?) {
        if let value { string(value) } else { null() }
    }

    /// A rate as a whole number.
    mutating func rounded(_ value: Double?) {
        if let value, let whole = UInt64(exactly: value.rounded()) { integer(whole) } else { null() }
    }

    /// Writes a string of one ASCII letter.
    mutating func letter(_ letter: UInt8) {
        withUnsafePointer(to: letter) { string(utf8: UnsafeBufferPointer(start: $0, count: 1)) }
    }

    mutating func string(_ name: StaticString) {
        name.withUTF8Buffer { string(utf8: $0) }
    }
}
