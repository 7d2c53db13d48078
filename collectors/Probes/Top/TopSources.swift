import ProcFS

extension TopProbe {
    package static let sources: [ProbeSource] = [
        .file(SystemStat.self), .file(LoadAverage.self), .file(Uptime.self), .file(MemoryInfo.self),
        .file(VirtualMemoryCounters.self), .file(Pressure.self), .file(Pressure.self, at: Pressure.memoryPath),
        .file(Pressure.self, at: Pressure.ioPath), .file(DiskStatistics.self), .file(BootID.self),
        ProbeSource(processes),
    ]

    private static func processes(root: String, buffer: ReadBuffer) -> [CheckFinding] {
        let table: ProcessTable
        do {
            table = try ProcessTable(root: root, buffer: buffer)
        } catch {
            return [CheckFinding("/proc", error)]
        }
        let all = table.sweep()
        let hidden = hiding(root, buffer, seen: all)
        let denied = all.filter { process in
            do throws(ProcFSError) { _ = try table.io(of: process.pid) } catch { return error.isDenied }
            return false
        }
        let io =
            denied.isEmpty
            ? CheckFinding("/proc/[pid]/io", .fine, "readable for all")
            : CheckFinding(
                "/proc/[pid]/io", .denied,
                "hidden for \(denied.count) of \(all.count); run as root or grant CAP_SYS_PTRACE")
        let way =
            table.reasonToList.map { "all are listed for each sample, as \($0)" }
            ?? "new ones are found by their numbers"
        return [hidden ?? CheckFinding("/proc/[pid]/stat", .fine, "\(all.count) processes; \(way)"), io]
    }

    /// Finds out whether `/proc` hides processes from this user completely, so that no reading is denied.
    private static func hiding(_ root: String, _ buffer: ReadBuffer, seen: [ProcessStat]) -> CheckFinding? {
        guard let option = ProcessHiding(root: root, buffer: buffer).option() else { return nil }
        let threads = seen.reduce(0) { $0 + $1.threads }
        let all = (try? KeptFile<LoadAverage>(root: root, buffer: buffer).read().threads) ?? nil
        let count = all.map { ", \($0 > threads ? $0 - threads : 0) of \($0) threads are hidden" } ?? ""
        return CheckFinding(
            "/proc/[pid]/stat", .denied,
            "/proc is mounted with \(option)\(count); run as root, grant CAP_SYS_PTRACE, or mount it with gid= of a group "
                + "of this user")
    }
}
