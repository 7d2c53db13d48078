import ProcFS

/// What parents took over from ended children, less what those children had shown as their own before.
struct ExitedTime {
    private let before: ProcessList
    private let now: ProcessList
    private var ended: [Int] = []
    /// Processes whose children's time grew, and by how much.
    private var grown: [(pid: Int32, ticks: UInt64)] = []

    init(before: ProcessList, now: ProcessList) {
        self.before = before
        self.now = now
    }

    /// Takes a process of the earlier reading that is no more.
    mutating func noteEnded(at index: Int) {
        ended.append(index)
    }

    /// Takes a process that lives, with its children's time at the earlier reading.
    mutating func note(_ process: ProcessStat, earlier: UInt64) {
        if process.childTicks > earlier { grown.append((process.pid, process.childTicks - earlier)) }
    }

    func ticks() -> UInt64 {
        guard !grown.isEmpty else { return 0 }
        var shown: [Int32: UInt64] = [:]
        for index in ended {
            let old = before.processes[index]
            // Its parent may have died in the same interval: then the next living ancestor took the time over.
            var heir = old.ppid
            var steps = 0
            while steps < 64, let parent = before.process(heir), now.process(heir)?.startTicks != parent.startTicks {
                heir = parent.ppid
                steps += 1
            }
            shown[heir, default: 0] &+= old.ticks &+ old.childTicks
        }
        return grown.reduce(0) { total, growth in
            let known = shown[growth.pid] ?? 0
            return growth.ticks > known ? total &+ (growth.ticks - known) : total
        }
    }
}
