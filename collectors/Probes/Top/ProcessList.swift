import ProcFS

/// Processes by number, ascending, so that two readings are compared in one walk and nothing is hashed.
struct ProcessList {
    let processes: [ProcessStat]

    /// Sorts only what is not sorted, as the kernel lists processes by number.
    init(_ processes: [ProcessStat]) {
        let isSorted = zip(processes, processes.dropFirst()).allSatisfy { $0.pid <= $1.pid }
        self.processes = isSorted ? processes : processes.sorted { $0.pid < $1.pid }
    }

    /// The process with this number.
    func process(_ pid: Int32) -> ProcessStat? {
        var low = 0
        var high = processes.count
        while low < high {
            let middle = (low + high) / 2
            if processes[middle].pid < pid { low = middle + 1 } else { high = middle }
        }
        return low < processes.count && processes[low].pid == pid ? processes[low] : nil
    }

    func walk() -> Walk { Walk(list: self) }

    /// Goes through the list beside another one.
    struct Walk {
        private let list: ProcessList
        private var next = 0

        fileprivate init(list: ProcessList) {
            self.list = list
        }

        /// The index of the process with this number; those before it, which the other list lacks, are handed over.
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
