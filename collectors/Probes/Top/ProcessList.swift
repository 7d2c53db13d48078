import ProcFS
import SortedSearch

/// Processes by ascending number, so that two readings can be compared in one walk without hashing.
struct ProcessList {
    let processes: [ProcessStat]

    /// Sorts only if it has to, because the kernel lists processes by number.
    init(_ processes: [ProcessStat]) {
        let isSorted = processes.indices.dropFirst().allSatisfy { processes[$0 - 1].pid <= processes[$0].pid }
        self.processes = isSorted ? processes : processes.sorted { $0.pid < $1.pid }
    }

    /// The process with this number.
    func process(_ pid: Int32) -> ProcessStat? {
        let index = processes.partitionPoint { $0.pid >= pid }
        return index < processes.count && processes[index].pid == pid ? processes[index] : nil
    }

    func walk() -> Walk { Walk(list: self) }

    /// Goes through the list beside another one.
    struct Walk {
        private let list: ProcessList
        private var next = 0

        fileprivate init(list: ProcessList) {
            self.list = list
        }

        /// The index of the process with this number. Calls `missing` for those before it, which the other list does
        /// not have.
        mutating func advance(to pid: Int32, missing: (Int) -> Void) -> Int? {
            while next < list.processes.count, list.processes[next].pid < pid {
                missing(next)
                next += 1
            }
            guard next < list.processes.count, list.processes[next].pid == pid else { return nil }
            next += 1
            return next - 1
        }

        mutating func finish(missing: (Int) -> Void) {
            while next < list.processes.count {
                missing(next)
                next += 1
            }
        }
    }
}

/// The time that parents took over from ended children, less the time that those children had shown before.
struct ExitedTime {
    private let before: ProcessList
    private let now: ProcessList
    private var ended: [Int] = []
    /// Processes whose children's time grew, and the growth.
    private var grown: [(pid: Int32, ticks: UInt64)] = []

    init(before: ProcessList, now: ProcessList) {
        self.before = before
        self.now = now
    }

    /// Takes a process of the earlier reading that has ended.
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
            // Its parent may have ended in the same interval. Then the next living ancestor took over the time.
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
