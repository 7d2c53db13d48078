/// `/proc/stat`: CPU times and the system's event counters since boot (proc_stat(5)).
package struct SystemStat: KernelFile, Sendable, Equatable {
    package static let path = "proc/stat"

    /// One logical CPU. If a CPU is offline, its number is missing.
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

/// The time one CPU, or all together, spent in each state since boot, in clock ticks (`/proc/stat`, proc_stat(5)).
///
/// `user` includes `guest`, and `nice` includes `guestNice`, as the kernel counts them.
package struct CPUTicks: Sendable, Equatable {
    package var user: UInt64 = 0
    package var nice: UInt64 = 0
    package var system: UInt64 = 0
    package var idle: UInt64 = 0
    package var iowait: UInt64 = 0
    package var irq: UInt64 = 0
    package var softirq: UInt64 = 0
    package var steal: UInt64 = 0
    package var guest: UInt64 = 0
    package var guestNice: UInt64 = 0

    package init() {}

    /// Reads the columns after `cpuN`. Those that an older kernel does not write stay 0.
    init?(_ cursor: inout ByteCursor) {
        guard let user = cursor.unsigned(), let nice = cursor.unsigned(), let system = cursor.unsigned(),
            let idle = cursor.unsigned()
        else { return nil }
        self.user = user
        self.nice = nice
        self.system = system
        self.idle = idle
        iowait = cursor.unsigned() ?? 0
        irq = cursor.unsigned() ?? 0
        softirq = cursor.unsigned() ?? 0
        steal = cursor.unsigned() ?? 0
        guest = cursor.unsigned() ?? 0
        guestNice = cursor.unsigned() ?? 0
    }
}
