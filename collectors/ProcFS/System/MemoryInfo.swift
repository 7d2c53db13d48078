/// `/proc/meminfo` in KiB; nil if this kernel does not write the line (proc_meminfo(5)).
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
    /// Pages of files, what is behind the kernel's estimate of `available`.
    package var activeFileKiB: UInt64?
    package var inactiveFileKiB: UInt64?
    /// Huge pages of all sizes, used or not: nothing else can use them.
    package var hugePagesKiB: UInt64?
    /// Those of the default size that nobody uses or has reserved.
    package var hugePagesFreeKiB: UInt64?

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        var total: UInt64?
        var hugePages: (total: UInt64?, free: UInt64?, reserved: UInt64, sizeKiB: UInt64?) = (nil, nil, 0, nil)
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
                } else if cursor.matches(name, "Active(file):") {
                    activeFileKiB = value
                } else if cursor.matches(name, "Inactive(file):") {
                    inactiveFileKiB = value
                } else if cursor.matches(name, "HugePages_Total:") {
                    hugePages.total = value
                } else if cursor.matches(name, "HugePages_Free:") {
                    hugePages.free = value
                } else if cursor.matches(name, "HugePages_Rsvd:") {
                    hugePages.reserved = value
                } else if cursor.matches(name, "Hugepagesize:") {
                    hugePages.sizeKiB = value
                } else if cursor.matches(name, "Hugetlb:") {
                    hugePagesKiB = value
                }
            }
            cursor.skipLine()
        }
        guard let total else { throw Self.malformed(cursor, expected: "a line `MemTotal:`") }
        totalKiB = total
        // `Hugetlb:` (Linux 4.20) sums up all sizes; before, the default one is all that is told.
        hugePagesKiB = hugePagesKiB ?? Self.product(hugePages.total, hugePages.sizeKiB)
        hugePagesFreeKiB = Self.product(
            hugePages.free.map { $0 > hugePages.reserved ? $0 - hugePages.reserved : 0 }, hugePages.sizeKiB)
        dropImpossible()
    }

    private static func product(_ pages: UInt64?, _ sizeKiB: UInt64?) -> UInt64? {
        guard let pages, let sizeKiB else { return nil }
        let (product, overflow) = pages.multipliedReportingOverflow(by: sizeKiB)
        return overflow ? nil : product
    }

    /// No part is more than the whole: containers' views of the host's memory (lxcfs) and drivers have said so.
    private mutating func dropImpossible() {
        let parts: [WritableKeyPath<MemoryInfo, UInt64?>] = [
            \.freeKiB, \.availableKiB, \.buffersKiB, \.cachedKiB, \.reclaimableSlabKiB, \.sharedKiB, \.dirtyKiB,
            \.slabKiB, \.hugePagesKiB, \.hugePagesFreeKiB, \.activeFileKiB, \.inactiveFileKiB,
        ]
        for part in parts where self[keyPath: part] ?? 0 > totalKiB { self[keyPath: part] = nil }
        if let free = swapFreeKiB, free > swapTotalKiB ?? 0 { swapFreeKiB = nil }
        // Counted a moment after their whole, which has changed since: no more than that is left of it.
        if let free = hugePagesFreeKiB, let all = hugePagesKiB { hugePagesFreeKiB = min(free, all) }
        if let part = reclaimableSlabKiB, let slab = slabKiB { reclaimableSlabKiB = min(part, slab) }
    }
}

extension MemoryInfo {
    /// `MemAvailable` as the kernel would have it (`si_mem_available`) where it does not say it, before Linux 3.14: free
    /// memory above the low watermark, and of page cache and slabs what can be given back without harm.
    ///
    /// `reserveKiB` is `/proc/sys/vm/min_free_kbytes`, which the watermark follows from. nil if a part is missing: free
    /// memory alone is no estimate.
    package func estimatedAvailableKiB(reserveKiB: UInt64?) -> UInt64? {
        guard let freeKiB, let cache = pageCacheKiB else { return nil }
        let low = (reserveKiB ?? 0) / 4 &* 5
        let slab = reclaimableSlabKiB ?? 0
        let givenBack = cache - min(cache / 2, low) + slab - min(slab / 2, low)
        return min(totalKiB, (freeKiB > low ? freeKiB - low : 0) + givenBack)
    }

    private var pageCacheKiB: UInt64? {
        if let activeFileKiB, let inactiveFileKiB { return activeFileKiB + inactiveFileKiB }
        // Before Linux 2.6.28: the cache less what lives in memory alone.
        guard let cachedKiB else { return nil }
        let all = cachedKiB + (buffersKiB ?? 0)
        return all - min(all, sharedKiB ?? 0)
    }
}

/// `/proc/sys/vm/min_free_kbytes`: what the kernel keeps free for itself (sysctl/vm.rst of the kernel).
package struct MinimumFree: KernelFile, Sendable, Equatable {
    package static let path = "proc/sys/vm/min_free_kbytes"

    package var kiB: UInt64

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard let kiB = cursor.unsigned() else { throw Self.malformed(cursor, expected: "a number of KiB") }
        self.kiB = kiB
    }
}

/// `/proc/spl/kstat/zfs/arcstats`: the cache of ZFS, which `/proc/meminfo` counts as used although most of it is given
/// back when it is needed.
package struct ZFSCache: KernelFile, Sendable, Equatable {
    package static let path = "proc/spl/kstat/zfs/arcstats"

    package var sizeKiB: UInt64
    /// What it keeps at least.
    package var minimumKiB: UInt64?

    /// What it gives back when memory is short.
    package var reclaimableKiB: UInt64 { minimumKiB.map { sizeKiB - min(sizeKiB, $0) } ?? 0 }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        var size: UInt64?
        while !cursor.isAtEnd {
            // name type data
            if let name = cursor.token(), cursor.unsigned() != nil, let value = cursor.unsigned() {
                if cursor.matches(name, "size") {
                    size = value
                } else if cursor.matches(name, "c_min") {
                    minimumKiB = value / 1024
                }
            }
            cursor.skipLine()
        }
        guard let size else { throw Self.malformed(cursor, expected: "a line `size`") }
        sizeKiB = size / 1024
    }
}

/// The counters of `/proc/vmstat` that samples use, since boot; nil if this kernel does not count them.
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
