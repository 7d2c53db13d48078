/// `/proc/uptime`: seconds since boot, suspended time included (proc_uptime(5)).
package struct Uptime: KernelFile, Sendable, Equatable {
    package static let path = "proc/uptime"

    package var seconds: Double

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard let seconds = cursor.decimal() else { throw Self.malformed(cursor, expected: "seconds since boot") }
        self.seconds = seconds
    }
}
