/// `/proc/[pid]/statm` in pages (proc_pid_statm(5)).
package struct ProcessMemory: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/statm"

    package var virtualPages: UInt64
    package var residentPages: UInt64
    package var sharedPages: UInt64

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard let size = cursor.unsigned(), let resident = cursor.unsigned(), let shared = cursor.unsigned() else {
            throw Self.malformed(cursor, expected: "size, resident and shared pages")
        }
        virtualPages = size
        residentPages = resident
        sharedPages = shared
    }
}
