import FoundationEssentials

/// How much of a process is in memory (Linux `proc(5)`).
enum ResidentMemory {
    static func kib(of processID: Int32) -> Double? {
        guard let status = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8) else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        }
        return nil
    }
}
