/// `/proc/loadavg`: tasks running or waiting, averaged over 1, 5 and 15 minutes (proc_loadavg(5)).
package struct LoadAverage: KernelFile, Sendable, Equatable {
    package static let path = "proc/loadavg"

    package var oneMinute: Double
    package var fiveMinutes: Double
    package var fifteenMinutes: Double
    /// Threads that exist on this kernel, those of every namespace; nil where the file ends before it.
    package var threads: UInt64?
    /// The number given out last, to a process or a thread; nil where the file ends before it.
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
