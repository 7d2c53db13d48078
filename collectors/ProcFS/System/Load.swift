/// `/proc/loadavg`: tasks running or waiting, averaged over 1, 5 and 15 minutes (proc_loadavg(5)).
package struct LoadAverage: KernelFile, Sendable, Equatable {
    package static let path = "proc/loadavg"

    package var oneMinute: Double
    package var fiveMinutes: Double
    package var fifteenMinutes: Double
    /// Threads that exist in all namespaces of this kernel; nil if the file ends before this number.
    package var threads: UInt64?
    /// The last number that a process or thread was given; nil if the file ends before this number.
    package var lastProcess: Int32?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard let one = cursor.decimal(), let five = cursor.decimal(), let fifteen = cursor.decimal() else {
            throw Self.malformed(cursor, expected: "three averages")
        }
        oneMinute = one
        fiveMinutes = five
        fifteenMinutes = fifteen
        // Runnable and existing threads: `1/234`.
        if cursor.unsigned() != nil, cursor.consume(UInt8(ascii: "/")) { threads = cursor.unsigned() }
        lastProcess = cursor.unsigned().flatMap(Int32.init(exactly:))
    }
}

/// `/proc/pressure/*`: the share of time in percent in which some or all tasks waited for a resource
/// (Documentation/accounting/psi.rst).
package struct Pressure: KernelFile, Sendable, Equatable {
    package static let path = "proc/pressure/cpu"
    package static let memoryPath = "proc/pressure/memory"
    package static let ioPath = "proc/pressure/io"

    /// Averages in percent.
    package struct Averages: Sendable, Equatable {
        package var tenSeconds: Double
        package var oneMinute: Double
        package var fiveMinutes: Double
    }

    package var some: Averages?
    /// nil for the CPU before Linux 5.13.
    package var full: Averages?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                guard let averages = Averages(&cursor) else {
                    throw Self.malformed(cursor, expected: "avg10=, avg60= and avg300=")
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
