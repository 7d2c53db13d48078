/// `/proc/pressure/*`: the share of time in percent that some or all tasks stood still for a resource
/// (Documentation/accounting/psi.rst).
package struct Pressure: Sendable, Equatable {
    /// Averages in percent.
    package struct Averages: Sendable, Equatable {
        package var tenSeconds: Double
        package var oneMinute: Double
        package var fiveMinutes: Double
    }

    package var some: Averages?
    /// nil for the CPU before Linux 5.13.
    package var full: Averages?

    init(parsing bytes: UnsafeRawBufferPointer, path: String) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                guard let averages = Averages(&cursor) else {
                    throw .malformed(file: path, line: cursor.line, expected: "avg10=, avg60= and avg300=")
                }
                if cursor.matches(name, "some") {
                    some = averages
                } else if cursor.matches(name, "full") {
                    full = averages
                }
            }
            cursor.skipLine()
        }
    }
}

extension Pressure.Averages {
    fileprivate init?(_ cursor: inout ByteCursor) {
        guard let ten = Self.value(&cursor, "avg10="), let sixty = Self.value(&cursor, "avg60="),
            let threeHundred = Self.value(&cursor, "avg300=")
        else { return nil }
        self.init(tenSeconds: ten, oneMinute: sixty, fiveMinutes: threeHundred)
    }

    private static func value(_ cursor: inout ByteCursor, _ name: StaticString) -> Double? {
        guard let token = cursor.token(), cursor.startsWith(token, name) else { return nil }
        var number = ByteCursor(cursor.slice(token.dropFirst(name.utf8CodeUnitCount)))
        return number.decimal()
    }
}
