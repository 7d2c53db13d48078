/// `/proc/stat`: CPU times and the system's event counters since boot (proc_stat(5)).
package struct SystemStat: KernelFile, Sendable, Equatable {
    package static let path = "proc/stat"

    /// One logical CPU; numbers may be missing where a CPU is offline.
    package struct CPU: Sendable, Equatable {
        package var number: Int
        package var ticks: CPUTicks
    }

    package var total: CPUTicks
    package var cpus: [CPU] = []
    package var interrupts: UInt64?
    package var contextSwitches: UInt64?
    package var forks: UInt64?
    package var bootTimeS: UInt64?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        var total: CPUTicks?
        while !cursor.isAtEnd {
            if let name = cursor.token() {
                if cursor.startsWith(name, "cpu") {
                    guard let ticks = CPUTicks(&cursor) else {
                        throw Self.malformed(cursor, expected: "at least four CPU times")
                    }
                    var number = ByteCursor(cursor.slice(name.dropFirst(3)))
                    if name.count == 3 {
                        total = ticks
                    } else if let number = number.unsigned(), number <= 1 << 20 {
                        cpus.append(CPU(number: Int(number), ticks: ticks))
                    }
                } else if cursor.matches(name, "intr") {
                    interrupts = cursor.unsigned()
                } else if cursor.matches(name, "ctxt") {
                    contextSwitches = cursor.unsigned()
                } else if cursor.matches(name, "processes") {
                    forks = cursor.unsigned()
                } else if cursor.matches(name, "btime") {
                    bootTimeS = cursor.unsigned()
                }
            }
            cursor.skipLine()
        }
        guard let total else { throw Self.malformed(cursor, expected: "a line `cpu` with the times of all CPUs") }
        self.total = total
    }
}
