import Glibc
import SortedSearch

/// All processes under `/proc`, read again and again by descriptors that stay open.
///
/// An open descriptor belongs to its process, not to its number, so a reused number is never taken for the old process.
/// At most `maxKept` descriptors stay open. Other files are opened and closed at each reading. It belongs to one reader
/// and is not safe to share between threads.
package final class ProcessTable {
    /// The files of one process that are read at each sample.
    private enum File: Int, CaseIterable {
        case stat, schedule, memory, io

        var name: String {
            switch self {
            case .stat: "stat"
            case .schedule: "schedstat"
            case .memory: "statm"
            case .io: "io"
            }
        }
    }

    /// What is kept of one process between two sweeps.
    private struct Slot {
        var pid: Int32
        /// How long `stat` stays valid for a process that does not run.
        var validUntilNs: UInt64 = 0
        var descriptors: (CInt, CInt, CInt, CInt) = (-1, -1, -1, -1)
        /// The last reading.
        var stat: ProcessStat?
        /// The last reading of its only thread; nil if there are several, or if the kernel does not tell.
        var schedule: ProcessSchedule?
        /// Whether it was read after `stat`.
        var memory: ProcessMemory?
        var io: ProcessIO?
        /// Why its `io` was refused, so that it is not tried at every sample.
        var refusal: ProcFSError?
        var hasEnded = false

        subscript(file: File) -> CInt {
            get {
                switch file {
                case .stat: descriptors.0
                case .schedule: descriptors.1
                case .memory: descriptors.2
                case .io: descriptors.3
                }
            }
            set {
                switch file {
                case .stat: descriptors.0 = newValue
                case .schedule: descriptors.1 = newValue
                case .memory: descriptors.2 = newValue
                case .io: descriptors.3 = newValue
                }
            }
        }
    }

    private let folder: String
    private let buffer: ReadBuffer
    private let maxKept: Int
    private let directory: DirectoryStream
    private var newborns: NewbornProcesses
    /// By number, ascending.
    private var slots: [Slot] = []
    private var numbers: [Int32] = []
    private var keptCount = 0
    private var sweeps: UInt64 = 0
    private var nowNs: UInt64 = 0
    /// Whether this kernel has the files (CONFIG_SCHED_INFO).
    private let hasSchedules: Bool

    private static let sweepsPerListing: UInt64 = 10
    /// Everything that is shown of a process was read within this time.
    private static let refreshNs: UInt64 = 10_000_000_000

    package init(root: String, buffer: ReadBuffer, maxKept: Int = ProcessTable.affordableDescriptors())
        throws(ProcFSError)
    {
        folder = root + "/proc"
        self.buffer = buffer
        self.maxKept = maxKept
        directory = try DirectoryStream(path: folder)
        newborns = NewbornProcesses(root: root, buffer: buffer)
        hasSchedules = access("\(folder)/self/schedstat", R_OK) == 0
    }

    deinit {
        for slot in slots { closeAll(slot) }
    }

    /// Half of the descriptors that this process may open, so that there is always room for sockets.
    package static func affordableDescriptors() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
        return Int(min(limit.rlim_cur / 2, 16_384))
    }

    /// Why all processes are listed at each sweep; nil if new ones are found by their numbers.
    package var reasonToList: String? { newborns.doubt }

    /// All processes that could be read, by number. Those that ended in the meantime are left out, and other failures
    /// are reported.
    ///
    /// `nowNs` is monotonic. `forks` is the kernel's count of them (`/proc/stat`), read just before; without it all are
    /// listed.
    package func sweep(
        nowNs: UInt64 = SystemClock.monotonicNs(), forks: UInt64? = nil,
        onFailure: (ProcFSError) -> Void = { _ in }
    ) -> [ProcessStat] {
        sweeps += 1
        self.nowNs = nowNs
        if let numbers = findNumbers(forks: forks) { take(numbers) }
        var processes: [ProcessStat] = []
        processes.reserveCapacity(slots.count)
        var hasEnded = false
        for index in slots.indices {
            do {
                processes.append(try readStat(&slots[index]))
            } catch {
                if error.isGone {
                    keptCount -= closeAll(slots[index])
                    slots[index].hasEnded = true
                    hasEnded = true
                    continue
                }
                onFailure(error)
            }
            // Rights may change with the program that runs.
            if sweeps & 31 == 0 { slots[index].refusal = nil }
        }
        if hasEnded { slots.removeAll { $0.hasEnded } }
        return processes
    }

    /// Takes the numbers of all processes, ascending: forgets those that are not among them.
    private func take(_ numbers: [Int32]) {
        var next: [Slot] = []
        next.reserveCapacity(numbers.count)
        var old = 0
        for pid in numbers {
            while old < slots.count, slots[old].pid < pid {
                keptCount -= closeAll(slots[old])
                old += 1
            }
            if old < slots.count, slots[old].pid == pid {
                next.append(slots[old])
                old += 1
            } else {
                next.append(Slot(pid: pid))
            }
        }
        while old < slots.count {
            keptCount -= closeAll(slots[old])
            old += 1
        }
        slots = next
    }

    /// The numbers of all processes, ascending; nil if they are those of the last sweep.
    ///
    /// Listing all processes costs as much as reading a hundred. So only every tenth sweep lists them, if the numbers
    /// given out since the last one show which processes can be new.
    private func findNumbers(forks: UInt64?) -> [Int32]? {
        let young = newborns.numbers(in: directory.descriptor, forks: forks)
        if let young, sweeps % Self.sweepsPerListing != 0 {
            let new = young.filter { index(of: $0) == nil }
            return new.isEmpty ? nil : (slots.map(\.pid) + new).sorted()
        }
        let settled = young == nil ? nil : newborns.settled
        newborns.beginListing()
        directory.readNumbers(into: &numbers)
        // The numbers are only tested if they would have been used.
        guard let young, let settled else { return numbers }
        newborns.note(missed: numbers.filter { index(of: $0) == nil && !young.contains($0) }, settled: settled)
        return numbers
    }

    /// A process with one thread that has not run since the last sweep is unchanged. Finding this out costs a third of
    /// reading it. What others can change (its parent, its priority, its memory) is read again within ten seconds.
    private func readStat(_ slot: inout Slot) throws(ProcFSError) -> ProcessStat {
        let known = slot.stat
        // Before `stat`, so that running between the two counts at the next sweep.
        let schedule = known.map { $0.threads == 1 } == true ? readSchedule(&slot) : nil
        if let known, let schedule, schedule == slot.schedule, nowNs < slot.validUntilNs { return known }
        // The first time differs between processes, so that not all are due at once.
        let share = slot.schedule == nil ? UInt64(slot.pid) % 10 + 1 : 10
        slot.validUntilNs = nowNs &+ Self.refreshNs / 10 * share
        slot.schedule = schedule
        let stat = try read(.stat, of: &slot) { (bytes) throws(ProcFSError) in
            try ProcessStat(parsing: bytes, knownName: known?.comm ?? [])
        }
        slot.stat = stat
        slot.memory = nil
        slot.io = nil
        return stat
    }

    private func readSchedule(_ slot: inout Slot) -> ProcessSchedule? {
        guard hasSchedules else { return nil }
        let schedule = try? read(.schedule, of: &slot) { (bytes) throws(ProcFSError) in
            try ProcessSchedule(parsing: bytes)
        }
        // A kernel that does not count writes zeros, but every process has run at least once.
        return schedule.flatMap { $0.slices == 0 ? nil : $0 }
    }

    /// The value of the last sweep, if the process has not run since then.
    package func memory(of pid: Int32) throws(ProcFSError) -> ProcessMemory {
        let index = index(of: pid)
        if let index, let memory = slots[index].memory { return memory }
        let memory = try read(ProcessMemory.self, .memory, of: pid)
        if let index { slots[index].memory = memory }
        return memory
    }

    /// As ``memory(of:)``.
    package func io(of pid: Int32) throws(ProcFSError) -> ProcessIO {
        let index = index(of: pid)
        if let index, let refusal = slots[index].refusal { throw refusal }
        if let index, let io = slots[index].io { return io }
        do {
            let io = try read(ProcessIO.self, .io, of: pid)
            if let index { slots[index].io = io }
            return io
        } catch {
            if error.isDenied, let index { slots[index].refusal = error }
            throw error
        }
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
        guard let index = index(of: pid) else { return try readOnce(type, "\(pid)/\(file.name)") }
        return try read(file, of: &slots[index]) { (bytes) throws(ProcFSError) in try Content(parsing: bytes) }
    }

    private func index(of pid: Int32) -> Int? {
        let index = slots.partitionPoint { $0.pid >= pid }
        return index < slots.count && slots[index].pid == pid ? index : nil
    }

    private func read<Content>(
        _ file: File, of slot: inout Slot, _ body: (UnsafeRawBufferPointer) throws(ProcFSError) -> Content
    ) throws(ProcFSError) -> Content {
        if slot[file] >= 0 {
            do {
                return try parse(slot[file], slot.pid, file, body)
            } catch {
                guard error.isGone else { throw error }
                // The process has ended. Its number may already belong to another one.
                keptCount -= closeAll(slot)
                slot = Slot(pid: slot.pid)
            }
        }
        let descriptor = try open("\(slot.pid)/\(file.name)")
        guard keptCount < maxKept else {
            defer { close(descriptor) }
            return try parse(descriptor, slot.pid, file, body)
        }
        slot[file] = descriptor
        keptCount += 1
        return try parse(descriptor, slot.pid, file, body)
    }

    private func parse<Content>(
        _ descriptor: CInt, _ pid: Int32, _ file: File,
        _ body: (UnsafeRawBufferPointer) throws(ProcFSError) -> Content
    ) throws(ProcFSError) -> Content {
        try buffer.read(descriptor, path: "\(folder)/\(pid)/\(file.name)", atOnce: true) {
            (bytes) throws(ProcFSError) in
            // A process that ends between open and read leaves an empty file.
            guard !bytes.isEmpty else { throw .unreadable(file: "\(folder)/\(pid)/\(file.name)", errno: ESRCH) }
            return try body(bytes)
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

    @discardableResult
    private func closeAll(_ slot: Slot) -> Int {
        var closed = 0
        for file in File.allCases where slot[file] >= 0 {
            close(slot[file])
            closed += 1
        }
        return closed
    }
}
