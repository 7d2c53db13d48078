/// `/proc/[pid]/io`: bytes that reached the storage layer since the process began (proc_pid_io(5)).
package struct ProcessIO: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/io"

    package var readBytes: UInt64
    /// Less what was written to pages that were thrown away before they were stored (`cancelled_write_bytes`): that is
    /// counted for the process that truncates, so it may be more than it ever wrote.
    package var writtenBytes: Int64

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        var read: UInt64?
        var written: UInt64?
        var cancelled: UInt64 = 0
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                if cursor.matches(name, "read_bytes:") {
                    read = cursor.unsigned()
                } else if cursor.matches(name, "write_bytes:") {
                    written = cursor.unsigned()
                } else if cursor.matches(name, "cancelled_write_bytes:") {
                    cancelled = cursor.unsigned() ?? 0
                }
            }
            cursor.skipLine()
        }
        guard let read, let written else {
            throw Self.malformed(cursor, expected: "lines `read_bytes:` and `write_bytes:`")
        }
        readBytes = read
        writtenBytes = Int64(clamping: written).subtractingReportingOverflow(Int64(clamping: cancelled)).partialValue
    }
}
