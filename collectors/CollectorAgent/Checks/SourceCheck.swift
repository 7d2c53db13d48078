import Glibc
import ProcFS

/// Finds out which sources of a host can be read.
package enum SourceCheck {
    package static func findings(root: String = "") -> [CheckFinding] {
        let buffer = ReadBuffer()
        var findings = [
            file(SystemStat.self, root, buffer), file(LoadAverage.self, root, buffer), file(Uptime.self, root, buffer),
            file(MemoryInfo.self, root, buffer), file(VirtualMemoryCounters.self, root, buffer),
            file(Pressure.self, root, buffer), file(Pressure.self, at: Pressure.memoryPath, root, buffer),
            file(Pressure.self, at: Pressure.ioPath, root, buffer), file(DiskStatistics.self, root, buffer),
            file(NetworkDevices.self, root, buffer), file(SocketStatistics.self, root, buffer),
            file(SocketStatistics.self, at: SocketStatistics.path6, root, buffer),
            file(ProtocolTable.self, root, buffer),
            file(ProtocolCounters.self, root, buffer),
            file(ProtocolCounters.self, at: ProtocolCounters.extendedPath, root, buffer),
            file(ProtocolCounters.self, at: ProtocolCounters.path6, root, buffer), file(BootID.self, root, buffer),
        ]
        findings += processes(root, buffer)
        findings.append(sockets(root, buffer))
        return findings
    }

    private static func file<Content: KernelFile>(
        _ type: Content.Type, at path: String = Content.path, _ root: String, _ buffer: ReadBuffer
    ) -> CheckFinding {
        do {
            _ = try KeptFile<Content>(path, root: root, buffer: buffer).read()
            return CheckFinding("/\(path)", .fine, "readable")
        } catch {
            return finding("/\(path)", error)
        }
    }

    private static func finding(_ source: String, _ error: ProcFSError) -> CheckFinding {
        if error.isGone { return CheckFinding(source, .missing, "this kernel does not have it; its fields are null") }
        if error.isDenied { return CheckFinding(source, .denied, "\(error); run as root") }
        return CheckFinding(source, .failed, error.description)
    }

    private static func processes(_ root: String, _ buffer: ReadBuffer) -> [CheckFinding] {
        do {
            let table = try ProcessTable(root: root, buffer: buffer)
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
        } catch {
            return [finding("/proc", error)]
        }
    }

    /// What `/proc` keeps from this user altogether, so that no reading is denied.
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

    private static func sockets(_ root: String, _ buffer: ReadBuffer) -> CheckFinding {
        let dump = SocketDump(root: root, buffer: buffer)
        do {
            let sockets = try dump.read()
            let owners = try SocketOwners(root: root)
            owners.update(for: sockets, nowMs: 0)
            let source =
                switch dump.source {
                case .netlink, .netlinkByFamily: "by netlink sock_diag"
                case .files: "from /proc/net/tcp, netlink was refused: no round trips and rates"
                }
            guard !owners.isDenied else {
                let remedy = "owners of other users' sockets are hidden; run as root or grant CAP_SYS_PTRACE"
                return CheckFinding("sockets", .denied, "\(sockets.count) \(source); \(remedy)")
            }
            return CheckFinding("sockets", .fine, "\(sockets.count) \(source)")
        } catch {
            return finding("sockets", error)
        }
    }
}
