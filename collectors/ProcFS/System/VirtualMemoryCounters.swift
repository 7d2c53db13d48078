/// The counters of `/proc/vmstat` that samples use, since boot; nil where this kernel does not count them.
package struct VirtualMemoryCounters: KernelFile, Sendable, Equatable {
    package static let path = "proc/vmstat"

    package var majorFaults: UInt64?
    package var swappedInPages: UInt64?
    package var swappedOutPages: UInt64?
    package var outOfMemoryKills: UInt64?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        while !cursor.isAtEnd {
            // Only these letters begin a wanted name: most of some 180 lines are passed over at their first byte.
            if cursor.peek() == UInt8(ascii: "p") || cursor.peek() == UInt8(ascii: "o"), let name = cursor.token() {
                if cursor.matches(name, "pgmajfault") {
                    majorFaults = cursor.unsigned()
                } else if cursor.matches(name, "pswpin") {
                    swappedInPages = cursor.unsigned()
                } else if cursor.matches(name, "pswpout") {
                    swappedOutPages = cursor.unsigned()
                } else if cursor.matches(name, "oom_kill") {
                    outOfMemoryKills = cursor.unsigned()
                }
            }
            cursor.skipLine()
        }
    }
}
