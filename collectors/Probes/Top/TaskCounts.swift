package import ProcFS

/// Processes by state, as top's second line has them.
package struct TaskCounts: Sendable, Equatable {
    package var total: UInt64 = 0
    package var running: UInt64 = 0
    package var sleeping: UInt64 = 0
    package var stopped: UInt64 = 0
    package var zombie: UInt64 = 0
    package var uninterruptible: UInt64 = 0
    package var threads: UInt64 = 0

    package init(_ processes: [ProcessStat]) {
        for process in processes {
            total += 1
            threads &+= process.threads
            switch process.state {
            case UInt8(ascii: "R"): running += 1
            case UInt8(ascii: "D"): uninterruptible += 1
            case UInt8(ascii: "Z"), UInt8(ascii: "X"): zombie += 1
            case UInt8(ascii: "T"), UInt8(ascii: "t"): stopped += 1
            default: sleeping += 1
            }
        }
    }
}
