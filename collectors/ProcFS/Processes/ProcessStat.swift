/// `/proc/[pid]/stat`: one process at one time (proc_pid_stat(5)).
package struct ProcessStat: KernelFile, Sendable, Equatable {
    package static let path = "proc/[pid]/stat"

    package var pid: Int32
    /// The name in the kernel. It may have any bytes, even parentheses and line feeds.
    package var comm: [UInt8]
    /// The state's letter: R, S, D, Z, T, t, X, I.
    package var state: UInt8
    package var ppid: Int32
    package var isKernelThread: Bool
    package var majorFaults: UInt64
    package var userTicks: UInt64
    package var systemTicks: UInt64
    /// Time of children that have ended and were waited for, including their own such children.
    package var childTicks: UInt64
    package var priority: Int64
    package var nice: Int64
    package var threads: UInt64
    /// Ticks after boot. Together with `pid` this identifies a process forever.
    package var startTicks: UInt64
    package var virtualBytes: UInt64
    package var residentPages: UInt64

    package var ticks: UInt64 { userTicks &+ systemTicks }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        try self.init(parsing: bytes, knownName: [])
    }

    /// Uses the known name if it has not changed, so that a reading allocates nothing.
    init(parsing bytes: UnsafeRawBufferPointer, knownName: [UInt8]) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        guard let pid = cursor.unsigned().flatMap(Int32.init(exactly:)) else {
            throw Self.malformed(cursor, expected: "a process number")
        }
        cursor.skipBlanks()
        // The name may contain `)`, so it ends at the last one.
        let open = cursor.offset
        guard cursor.consume(UInt8(ascii: "(")), let close = bytes.lastIndex(of: UInt8(ascii: ")")), close > open else {
            throw Self.malformed(cursor, expected: "a name in parentheses")
        }
        self.pid = pid
        let name = open + 1..<close
        comm = cursor.slice(name).elementsEqual(knownName) ? knownName : cursor.array(name)
        cursor.move(to: close + 1)
        guard let state = cursor.token(), state.count == 1 else {
            throw Self.malformed(cursor, expected: "one letter for the state")
        }
        self.state = bytes[state.lowerBound]
        guard let fields = Fields(&cursor) else {
            throw Self.malformed(cursor, expected: "the numbers of fields 4 to 24")
        }
        ppid = fields.ppid
        isKernelThread = fields.flags & 0x0020_0000 != 0  // PF_KTHREAD
        majorFaults = fields.majorFaults
        userTicks = fields.userTicks
        systemTicks = fields.systemTicks
        childTicks = fields.childTicks
        priority = fields.priority
        nice = fields.nice
        threads = fields.threads
        startTicks = fields.startTicks
        virtualBytes = fields.virtualBytes
        residentPages = fields.residentPages
    }

    /// Fields 4 (ppid) to 24 (rss), in the file's order.
    private struct Fields {
        var ppid: Int32
        var flags: UInt64
        var majorFaults: UInt64
        var userTicks: UInt64
        var systemTicks: UInt64
        var childTicks: UInt64
        var priority: Int64
        var nice: Int64
        var threads: UInt64
        var startTicks: UInt64
        var virtualBytes: UInt64
        var residentPages: UInt64

        init?(_ cursor: inout ByteCursor) {
            guard let ppid = cursor.signed().flatMap(Int32.init(exactly:)) else { return nil }
            self.ppid = ppid
            for _ in 5...8 where cursor.signed() == nil { return nil }
            guard let flags = cursor.unsigned(), cursor.unsigned() != nil, cursor.unsigned() != nil,
                let majorFaults = cursor.unsigned(), cursor.unsigned() != nil, let userTicks = cursor.unsigned(),
                let systemTicks = cursor.unsigned(), let childUser = cursor.signed(), let childSystem = cursor.signed(),
                let priority = cursor.signed(), let nice = cursor.signed(), let threads = cursor.unsigned(),
                cursor.signed() != nil, let startTicks = cursor.unsigned(), let virtualBytes = cursor.unsigned(),
                let residentPages = cursor.signed()
            else { return nil }
            self.flags = flags
            self.majorFaults = majorFaults
            self.userTicks = userTicks
            self.systemTicks = systemTicks
            childTicks = UInt64(max(0, childUser)) &+ UInt64(max(0, childSystem))
            self.priority = priority
            self.nice = nice
            self.threads = threads
            self.startTicks = startTicks
            self.virtualBytes = virtualBytes
            self.residentPages = UInt64(max(0, residentPages))
        }
    }
}
