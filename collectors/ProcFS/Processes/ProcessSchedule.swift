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
