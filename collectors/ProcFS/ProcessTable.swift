import Glibc

/// All processes under `/proc`, read again and again through kept descriptors.
///
/// A kept descriptor belongs to its process, not to its number: a reused number can never be mistaken for the old
/// process. At most `maxKept` descriptors stay open, further files are opened and closed at each reading.
/// Belongs to one reader and is not safe to share between threads.
package final class ProcessTable {
    /// The files of one process that are read at each sample.
    private enum File: Int, CaseIterable {
        case stat, memory, io

        var name: String {
            switch self {
            case .stat: "stat"
            case .memory: "statm"
            case .io: "io"
            }
        }
    }

    private struct Kept {
        var descriptors: (CInt, CInt, CInt) = (-1, -1, -1)
        var sweep: UInt64 = 0

        subscript(file: File) -> CInt {
            get {
                switch file {
                case .stat: descriptors.0
                case .memory: descriptors.1
                case .io: descriptors.2
                }
            }
            set {
                switch file {
                case .stat: descriptors.0 = newValue
                case .memory: descriptors.1 = newValue
                case .io: descriptors.2 = newValue
                }
            }
        }
    }

    private let folder: String
    private let buffer: ReadBuffer
    private let maxKept: Int
    private let directory: DirectoryStream
    private var kept: [Int32: Kept] = [:]
    private var keptCount = 0
    private var sweeps: UInt64 = 0

    package init(root: String, buffer: ReadBuffer, maxKept: Int = ProcessTable.affordableDescriptors())
        throws(ProcFSError)
    {
        folder = root + "/proc"
        self.buffer = buffer
        self.maxKept = maxKept
        directory = try DirectoryStream(path: folder)
    }

    deinit {
        for (_, entry) in kept { closeAll(entry) }
    }

    /// Half of the descriptors this process may open, so that sockets always find room.
    package static func affordableDescriptors() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
        return Int(min(limit.rlim_cur / 2, 8192))
    }

    /// Every process that could be read; those that ended meanwhile are left out, other failures reported.
    package func sweep(onFailure: (ProcFSError) -> Void = { _ in }) -> [ProcessStat] {
        sweeps += 1
        let numbers = directory.numbers()
        var processes: [ProcessStat] = []
        processes.reserveCapacity(numbers.count)
        for pid in numbers {
            do {
                processes.append(try read(ProcessStat.self, .stat, of: pid))
                kept[pid]?.sweep = sweeps
            } catch {
                if !error.isGone { onFailure(error) }
            }
        }
        forgetEnded()
        return processes
    }

    package func memory(of pid: Int32) throws(ProcFSError) -> ProcessMemory {
        try read(ProcessMemory.self, .memory, of: pid)
    }

    package func io(of pid: Int32) throws(ProcFSError) -> ProcessIO {
        try read(ProcessIO.self, .io, of: pid)
    }

    /// The user the process runs as: the owner of its folder.
    package func owner(of pid: Int32) throws(ProcFSError) -> UInt32 {
        var status = stat()
        guard fstatat(directory.descriptor, String(pid), &status, 0) == 0 else {
            throw .unreadable(file: "\(folder)/\(pid)", errno: errno)
        }
        return status.st_uid
    }

    package func arguments(of pid: Int32) throws(ProcFSError) -> [[UInt8]] {
        try readOnce(ProcessArguments.self, "\(pid)/cmdline").arguments
    }

    package func unit(of pid: Int32) throws(ProcFSError) -> String? {
        try readOnce(ControlGroup.self, "\(pid)/cgroup").unit
    }

    private func read<Content: KernelFile>(
        _ type: Content.Type, _ file: File, of pid: Int32
    ) throws(ProcFSError) -> Content {
        if let descriptor = kept[pid]?[file], descriptor >= 0 {
            do {
                return try parse(type, descriptor, pid, file)
            } catch {
                guard error.isGone else { throw error }
                // The process has ended; its number may already belong to another one.
                forget(pid)
            }
        }
        let descriptor = try open("\(pid)/\(file.name)")
        guard keptCount < maxKept else {
            defer { close(descriptor) }
            return try parse(type, descriptor, pid, file)
        }
        kept[pid, default: Kept(sweep: sweeps)][file] = descriptor
        keptCount += 1
        return try parse(type, descriptor, pid, file)
    }

    private func parse<Content: KernelFile>(
        _ type: Content.Type, _ descriptor: CInt, _ pid: Int32, _ file: File
    ) throws(ProcFSError) -> Content {
        try buffer.read(descriptor, path: "\(folder)/\(pid)/\(file.name)", atOnce: true) {
            (bytes) throws(ProcFSError) in
            // A process that ends between open and read leaves an empty file.
            guard !bytes.isEmpty else { throw .unreadable(file: "\(folder)/\(pid)/\(file.name)", errno: ESRCH) }
            return try Content(parsing: bytes)
        }
    }

    private func readOnce<Content: KernelFile>(_ type: Content.Type, _ name: String) throws(ProcFSError) -> Content {
        let descriptor = try open(name)
        defer { close(descriptor) }
        return try buffer.read(descriptor, path: "\(folder)/\(name)") { (bytes) throws(ProcFSError) in
            try Content(parsing: bytes)
        }
    }

    private func open(_ name: String) throws(ProcFSError) -> CInt {
        let descriptor = openat(directory.descriptor, name, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(file: "\(folder)/\(name)", errno: errno) }
        return descriptor
    }

    private func forgetEnded() {
        for (pid, entry) in kept where entry.sweep != sweeps { forget(pid) }
    }

    private func forget(_ pid: Int32) {
        guard let entry = kept.removeValue(forKey: pid) else { return }
        keptCount -= closeAll(entry)
    }

    @discardableResult
    private func closeAll(_ entry: Kept) -> Int {
        var closed = 0
        for file in File.allCases where entry[file] >= 0 {
            close(entry[file])
            closed += 1
        }
        return closed
    }
}
