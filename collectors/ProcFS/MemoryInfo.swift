/// `/proc/meminfo` in KiB; nil where this kernel does not write the line (proc_meminfo(5)).
package struct MemoryInfo: KernelFile, Sendable, Equatable {
    package static let path = "proc/meminfo"

    package var totalKiB: UInt64
    package var freeKiB: UInt64?
    package var availableKiB: UInt64?
    package var buffersKiB: UInt64?
    package var cachedKiB: UInt64?
    package var reclaimableSlabKiB: UInt64?
    package var sharedKiB: UInt64?
    package var dirtyKiB: UInt64?
    package var slabKiB: UInt64?
    package var swapTotalKiB: UInt64?
    package var swapFreeKiB: UInt64?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        var total: UInt64?
        while !cursor.isAtEnd {
            if let name = cursor.token(), let value = cursor.unsigned() {
                if cursor.matches(name, "MemTotal:") {
                    total = value
                } else if cursor.matches(name, "MemFree:") {
                    freeKiB = value
                } else if cursor.matches(name, "MemAvailable:") {
                    availableKiB = value
                } else if cursor.matches(name, "Buffers:") {
                    buffersKiB = value
                } else if cursor.matches(name, "Cached:") {
                    cachedKiB = value
                } else if cursor.matches(name, "SReclaimable:") {
                    reclaimableSlabKiB = value
                } else if cursor.matches(name, "Shmem:") {
                    sharedKiB = value
                } else if cursor.matches(name, "Dirty:") {
                    dirtyKiB = value
                } else if cursor.matches(name, "Slab:") {
                    slabKiB = value
                } else if cursor.matches(name, "SwapTotal:") {
                    swapTotalKiB = value
                } else if cursor.matches(name, "SwapFree:") {
                    swapFreeKiB = value
                }
            }
            cursor.skipLine()
        }
        guard let total else { throw Self.malformed(cursor, expected: "a line `MemTotal:`") }
        totalKiB = total
    }
}
