import Glibc

/// A small `/proc` on disk, after proc(5), whose processes can be replaced.
enum HostTree {
    private struct Failure: Error { var path: String }

    static func write(at root: String, processes: Range<Int>) throws {
        let files = [
            "proc/diskstats": "",
            "proc/stat":
                "cpu  100 0 50 1000 5 0 0 0 0 0\ncpu0 100 0 50 1000 5 0 0 0 0 0\nintr 5\nctxt 9\nprocesses 7\n",
            "proc/loadavg": "0.10 0.20 0.30 1/5 99\n",
            "proc/uptime": "1000.00 900.00\n",
            "proc/meminfo": "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 600 kB\nSwapTotal: 0 kB\n",
            "proc/vmstat": "pgmajfault 1\npswpin 0\npswpout 0\n",
            "proc/sys/kernel/random/boot_id": "0fa1d0b2-0000-4000-8000-000000000000\n",
            "proc/net/dev": "a\nb\n  lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n",
            "proc/net/tcp": "  sl  local_address\n",
            "etc/passwd": "root:x:0:0::/root:/bin/sh\n",
        ]
        for (path, text) in files { try put(text, at: "\(root)/\(path)") }
        for pid in processes { try putProcess(pid, at: root) }
    }

    /// Two processes end and two begin, under numbers that were never used.
    static func replaceProcesses(at root: String, hour: Int) throws {
        for offset in 0..<2 {
            let old = hour * 2 + offset - 1
            for file in ["stat", "statm", "io", "cmdline", "cgroup"] { unlink("\(root)/proc/\(old)/\(file)") }
            guard rmdir("\(root)/proc/\(old)") == 0 else { throw Failure(path: "\(root)/proc/\(old)") }
            try putProcess(hour * 2 + offset + 4, at: root)
        }
    }

    private static func putProcess(_ pid: Int, at root: String) throws {
        let stat =
            "\(pid) (worker) S 1 \(pid) \(pid) 0 -1 4194304 10 0 1 0 30 20 0 0 20 0 1 0 \(pid * 100) 1000000 200 "
        let rest = "18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
        let folder = "\(root)/proc/\(pid)"
        try put(stat + rest, at: "\(folder)/stat")
        try put("250 200 100 10 0 50 0\n", at: "\(folder)/statm")
        try put("rchar: 1\nwchar: 1\nsyscr: 1\nsyscw: 1\nread_bytes: 0\nwrite_bytes: 0\n", at: "\(folder)/io")
        try put("worker\0--number=\(pid)\0", at: "\(folder)/cmdline")
        try put("0::/system.slice/worker.service\n", at: "\(folder)/cgroup")
    }

    private static func put(_ text: String, at path: String) throws {
        var made = ""
        for part in path.split(separator: "/").dropLast() {
            made += "/\(part)"
            mkdir(made, 0o755)
        }
        let descriptor = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o644)
        guard descriptor >= 0 else { throw Failure(path: path) }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count else { throw Failure(path: path) }
    }
}
