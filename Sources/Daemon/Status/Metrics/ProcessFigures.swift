import Glibc
import Settings

/// What the system says of this process, under the names that all programs use that speak to Prometheus.
///
/// A figure that cannot be read is nil, and left out: zero would be a claim.
struct ProcessFigures: Sendable, Equatable {
    var cpuSeconds: Double?
    var residentBytes: Int?
    var virtualBytes: Int?
    var openDescriptors: Int?
    var mostDescriptors: Int?
    /// Unix epoch.
    var startSeconds: Double?

    /// - Parameter root: the folder in place of `/proc`.
    static func read(root: String = "/proc") -> ProcessFigures {
        var figures = ProcessFigures()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        if let stat = try? TextFile.read("\(root)/self/stat"), let fields = fields(ofStat: stat), ticks > 0 {
            figures.cpuSeconds = Double(fields.userTicks + fields.systemTicks) / ticks
            figures.virtualBytes = fields.virtualBytes
            figures.residentBytes = fields.residentPages * sysconf(Int32(_SC_PAGESIZE))
            if let booted = (try? TextFile.read("\(root)/stat")).flatMap(bootSeconds) {
                figures.startSeconds = Double(booted) + Double(fields.startTicks) / ticks
            }
        }
        figures.openDescriptors = countEntries("\(root)/self/fd")
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.mostDescriptors = Int(clamping: limit.rlim_cur)
        }
        return figures
    }

    struct Stat: Equatable {
        let userTicks: Int
        let systemTicks: Int
        let startTicks: Int
        let virtualBytes: Int
        let residentPages: Int
    }

    /// The fields of `/proc/PID/stat` (proc(5)). The second one is the program's name in brackets, which may hold spaces
    /// and brackets of its own.
    static func fields(ofStat text: String) -> Stat? {
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[bracket...].dropFirst().split(whereSeparator: \.isWhitespace)
        // The first of these is field 3, the state.
        func field(_ number: Int) -> Int? { fields.count > number - 3 ? Int(fields[number - 3]) : nil }
        guard let user = field(14), let system = field(15), let start = field(22), let bytes = field(23),
            let pages = field(24)
        else { return nil }
        return Stat(
            userTicks: user, systemTicks: system, startTicks: start, virtualBytes: bytes, residentPages: pages)
    }

    /// `btime` of `/proc/stat`: when the machine started, Unix epoch.
    static func bootSeconds(_ text: String) -> Int? {
        text.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Int($0.dropFirst(6)) }
    }

    private static func countEntries(_ path: String) -> Int? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            // `.` and `..` are no descriptors.
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The folder itself was open while it was read.
        return max(0, count - 1)
    }
}
