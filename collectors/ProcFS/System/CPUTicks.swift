/// The time one CPU, or all together, spent in each state since boot, in clock ticks (`/proc/stat`, proc_stat(5)).
///
/// `user` holds `guest` and `nice` holds `guestNice`, as the kernel counts them.
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

    /// Reads the columns after `cpuN`; those that an older kernel does not write stay 0.
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
