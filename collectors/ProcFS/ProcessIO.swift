/// `/proc/[pid]/io`: bytes that reached the storage layer since the process began (proc_pid_io(5)).
package struct ProcessIO: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/io"

    package var readBytes: UInt64
    package var writtenBytes: UInt64

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        var read: UInt64?
        var written: UInt64?
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                if cursor.matches(name, "read_bytes:") {
                    read = cursor.unsigned()
                } else if cursor.matches(name, "write_bytes:") {
                    written = cursor.unsigned()
                }
            }
            cursor.skipLine()
        }
        guard let read, let written else {
            throw Self.malformed(cursor, expected: "lines `read_bytes:` and `write_bytes:`")
        }
        readBytes = read
        writtenBytes = written
    }
}
