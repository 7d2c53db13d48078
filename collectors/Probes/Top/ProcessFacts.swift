import ProcFS

/// What seldom changes in a process: user, unit, command line. They are read when a row first needs them, and again
/// from time to time.
///
/// Not safe to share between threads.
final class ProcessFacts {
    private struct Known {
        var startTicks: UInt64
        /// Another name means another program, so everything is read again.
        var comm: [UInt8]
        var readNs: UInt64
        /// It was read only once. That may have been between fork and exec, when everything still is the parent's.
        var isFirstReading = true
        var user: String?
        var unit: String?
        var arguments: [[UInt8]]?
        /// The redacted arguments.
        var command: [UInt8]?
    }

    private let processes: ProcessTable
    private let sendsCommands: Bool
    private let redacted: [RedactionPattern]
    private let userNames: KeptFile<UserNames>
    private var names = UserNames()
    private var namesReadNs: UInt64?
    private var known: [Int32: Known] = [:]

    /// Titles, programs and users can change without a new name. So everything that is shown was read within ten
    /// seconds.
    private static let refreshNs: UInt64 = 10_000_000_000
    private static let secondReadingNs: UInt64 = 2_000_000_000

    init(root: String, processes: ProcessTable, buffer: ReadBuffer, options: TopOptions) {
        self.processes = processes
        sendsCommands = options.sendsCommands
        redacted = options.redacted
        userNames = KeptFile(root: root, buffer: buffer)
    }

    func details(of process: ProcessStat, units: HostUnits, nowNs: UInt64) -> ProcessDetails {
        let facts = facts(of: process, nowNs: nowNs)
        let memory = process.isKernelThread ? nil : try? processes.memory(of: process.pid)
        return ProcessDetails(
            user: facts.user, residentKiB: memory.map { $0.residentPages &* units.pageKiB },
            sharedKiB: process.isKernelThread ? 0 : memory.map { $0.sharedPages &* units.pageKiB }, unit: facts.unit,
            command: sendsCommands ? facts.command : nil)
    }

    /// The redacted command line, even if samples do not have it.
    func command(of process: ProcessStat, nowNs: UInt64) -> [UInt8]? {
        facts(of: process, nowNs: nowNs).command
    }

    /// Forgets processes that have ended.
    func forget(exceptFor alive: [ProcessActivity]) {
        guard known.count > alive.count else { return }
        let pids = Set(alive.lazy.map(\.process.pid))
        known = known.filter { pids.contains($0.key) }
    }

    private func facts(of process: ProcessStat, nowNs: UInt64) -> Known {
        if let facts = known[process.pid], facts.startTicks == process.startTicks, facts.comm == process.comm,
            nowNs &- facts.readNs < (facts.isFirstReading ? Self.secondReadingNs : Self.refreshNs)
        {
            return facts
        }
        let old = known[process.pid].flatMap { $0.startTicks == process.startTicks ? $0 : nil }
        var facts = Known(startTicks: process.startTicks, comm: process.comm, readNs: nowNs)
        facts.isFirstReading = old == nil
        facts.user = (try? processes.owner(of: process.pid)).map { userNames(nowNs: nowNs)[$0] }
        if !process.isKernelThread {
            facts.unit = (try? processes.unit(of: process.pid)) ?? nil
            facts.arguments = try? processes.arguments(of: process.pid)
            // Redacting costs more than reading, so the same line is not redacted twice.
            if let old, let arguments = facts.arguments, old.arguments == arguments {
                facts.command = old.command
            } else {
                facts.command = facts.arguments.flatMap { arguments in
                    CommandText.make(arguments: arguments) { line in redacted.reduce(line) { $1.masked($0) } }
                }
            }
        }
        known[process.pid] = facts
        return facts
    }

    private func userNames(nowNs: UInt64) -> UserNames {
        if namesReadNs.map({ nowNs &- $0 >= Self.refreshNs }) ?? true {
            namesReadNs = nowNs
            if let read = try? userNames.read() { names = read }
        }
        return names
    }
}
