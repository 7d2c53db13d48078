import Glibc
import Settings

/// The program's own code in memory.
///
/// Starting up maps most of it, since the kernel maps sixteen pages around each that is touched; sampling needs a
/// fifth. What is released stays in the page cache, and the pages still in use come back with a minor fault.
enum ProgramText {
    /// Gives back the pages of all code, which are the file's own and never written to.
    ///
    /// - Returns: how many mappings were released.
    @discardableResult
    static func release() -> Int {
        guard let maps = try? TextFile.read("/proc/self/maps") else { return 0 }
        return mappings(in: maps).count { range in
            madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), Int(range.count), MADV_DONTNEED) == 0
        }
    }

    /// The mappings of a file that may be run and not written: `start-end r-xp offset device inode path`.
    ///
    /// Others, read-only ones too, may hold what the dynamic linker wrote before it closed them.
    static func mappings(in maps: String) -> [Range<UInt>] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count == 6, fields[1] == "r-xp", fields[4] != "0" else { return nil }
            let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else { return nil }
            return ends[0]..<ends[1]
        }
    }
}
