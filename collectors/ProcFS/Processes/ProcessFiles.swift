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

/// `/proc/[pid]/io`: bytes that reached the storage layer since the process began (proc_pid_io(5)).
package struct ProcessIO: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/io"

    package var readBytes: UInt64
    /// Bytes written to pages that were dropped before they were stored (`cancelled_write_bytes`). They count for the
    /// process that truncates the file, so they may be more than it ever wrote.
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

/// `/proc/[pid]/cmdline`: the arguments as the process shows them. Kernel threads have none (proc_pid_cmdline(5)).
package struct ProcessArguments: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/cmdline"

    /// Any bytes but NUL. A process may rewrite them.
    package var arguments: [[UInt8]]

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var rest = bytes[...]
        while rest.last == 0 { rest = rest.dropLast() }
        arguments = rest.isEmpty ? [] : rest.split(separator: 0, omittingEmptySubsequences: false).map { [UInt8]($0) }
    }
}

/// `/proc/[pid]/schedstat`: how long the process's first thread ran and waited, and how often it was put on a CPU
/// (sched-stats.rst of the kernel).
struct ProcessSchedule: KernelFile, Sendable, Equatable {
    static let path = "proc/[pid]/schedstat"

    var runNs: UInt64
    var waitNs: UInt64
    var slices: UInt64

    init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard let run = cursor.unsigned(), let wait = cursor.unsigned(), let slices = cursor.unsigned() else {
            throw Self.malformed(cursor, expected: "time run, time waited, slices")
        }
        runNs = run
        waitNs = wait
        self.slices = slices
    }
}
