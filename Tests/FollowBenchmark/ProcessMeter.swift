import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a process has used so far (Linux `proc(5)`).
enum ProcessMeter {
    /// Time on the cores, of all threads; nil where it cannot be read.
    static func cpu(of processID: Int32) -> Duration? {
        guard let stat = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
            // The name stands in parentheses and may hold anything.
            let end = stat.lastIndex(of: ")")
        else { return nil }
        // From the third field on: `utime` is the 14th, `stime` the 15th.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        return .seconds((user + system) / Double(sysconf(Int32(_SC_CLK_TCK))))
    }
}
