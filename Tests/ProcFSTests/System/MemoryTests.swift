import ProcFS
import Testing

/// What of `/proc/meminfo` and its neighbours is told, and what cannot be.
@Suite struct MemoryTests {
    private func memory(_ lines: String) throws -> MemoryInfo {
        try MemoryInfo(parsing: Array("MemTotal: 8000000 kB\n\(lines)\n".utf8))
    }

    @Test func `without MemAvailable it is what the kernel would say, never what is free alone`() throws {
        let text = """
            MemFree: 500000 kB
            Cached: 5100000 kB
            Buffers: 100000 kB
            Active(file): 3000000 kB
            Inactive(file): 2000000 kB
            SReclaimable: 400000 kB
            Shmem: 200000 kB
            """
        let memory = try memory(text)
        #expect(memory.availableKiB == nil)
        // min_free_kbytes 80 000: a low watermark of 100 000.
        #expect(memory.estimatedAvailableKiB(reserveKiB: 80_000) == 400_000 + 4_900_000 + 300_000)
        let old = try self.memory("MemFree: 500000 kB\nCached: 5100000 kB\nBuffers: 100000 kB\nShmem: 200000 kB")
        #expect(old.estimatedAvailableKiB(reserveKiB: nil) == 5_500_000)
        #expect(try self.memory("MemFree: 500000 kB").estimatedAvailableKiB(reserveKiB: 0) == nil)
    }

    @Test func `huge pages have their place, of all sizes where the kernel sums them up`() throws {
        let lines = "HugePages_Total: 100\nHugePages_Free: 30\nHugePages_Rsvd: 10\nHugepagesize: 2048 kB"
        #expect(try memory(lines).hugePagesKiB == 204_800)
        #expect(try memory(lines).hugePagesFreeKiB == 40_960)
        #expect(try memory(lines + "\nHugetlb: 1253376 kB").hugePagesKiB == 1_253_376)
        #expect(try memory("MemFree: 1 kB").hugePagesKiB == nil)
    }

    @Test func `no part is more than the whole`() throws {
        let wrong = try memory(
            "MemFree: 18446744073709551000 kB\nCached: 9000000 kB\nSwapTotal: 10 kB\nSwapFree: 20 kB")
        #expect(wrong.freeKiB == nil)
        #expect(wrong.cachedKiB == nil)
        #expect(wrong.swapFreeKiB == nil)
    }

    @Test func `a part that was counted after its whole is no more than it`() throws {
        let lines = "HugePages_Total: 100\nHugePages_Free: 120\nHugePages_Rsvd: 0\nHugepagesize: 2048 kB"
        #expect(try memory(lines).hugePagesFreeKiB == 204_800)
        #expect(try memory(lines + "\nHugetlb: 102400 kB").hugePagesFreeKiB == 102_400)
        #expect(try memory("Slab: 400 kB\nSReclaimable: 500 kB").reclaimableSlabKiB == 400)
        // All of them reserved, and more.
        let reserved = "HugePages_Total: 4\nHugePages_Free: 2\nHugePages_Rsvd: 3\nHugepagesize: 2048 kB"
        #expect(try memory(reserved).hugePagesFreeKiB == 0)
    }

    @Test func `the cache of ZFS is told, and what of it can be given back`() throws {
        let text = "13 1 0x01 123 33456 1 2\nname type data\nhits 4 77\nc_min 4 1048576\nsize 4 5242880\n"
        let cache = try ZFSCache(parsing: Array(text.utf8))
        #expect([cache.sizeKiB, cache.reclaimableKiB] == [5120, 4096])
    }

    @Test(arguments: [("4294967295", nil), ("-1", nil), ("0", 0), ("17", 17)] as [(String, UInt64?)])
    func `requests under way that cannot be are not known`(text: String, expected: UInt64?) throws {
        let line = "8 0 sda 1 0 2 0 3 0 4 0 \(text) 5 6\n 104 0 cciss/c0d0 1 0 2 0 3 0 4 0 0 5 6\n"
        let devices = try DiskStatistics(parsing: Array(line.utf8)).devices
        #expect(devices.map(\.inFlight) == [expected, 0])
    }

    @Test func `a sum that fell below 0 is not known, and takes nothing along`() throws {
        let found = try SocketStatistics(parsing: Array("TCP: inuse 4 orphan 0 tw 1 alloc 9 mem -1\n".utf8))
        #expect(found.tcpInUse == 4)
        #expect(found.tcpMemoryPages == nil)
    }

    @Test func `what was thrown away was not written`() throws {
        let io = try ProcessIO(
            parsing: Array("read_bytes: 1\nwrite_bytes: 5000\ncancelled_write_bytes: 9000\n".utf8))
        #expect(io.writtenBytes == -4000)
    }
}
