import CollectorAgent
import JSONBytes
import Probes

/// Drives the clock and looks at each sample.
struct Day {
    private let source: SampleSource
    private let start: Int64
    private var now: Int64
    private var lastMs: [String: Int64] = [:]
    private var count: [String: UInt64] = [:]
    private(set) var samples = 0
    private(set) var faults = 0

    init(source: SampleSource, start: Int64) {
        self.source = source
        self.start = start
        now = start
    }

    mutating func pass(milliseconds: Int64) throws {
        let end = now + milliseconds
        while let due = source.nextDue(nowMs: now), due <= end {
            now = due
            let elapsedNs = UInt64(now - start + 1) * 1_000_000
            let clocks = ClockReading(epochMs: now, monotonicNs: elapsedNs, bootNs: elapsedNs)
            for sample in source.take(dueBy: due, at: clocks) { try look(at: sample) }
        }
        now = end
    }

    /// Ids that count up without a gap are all different.
    private mutating func look(at sample: OpenSample) throws {
        samples += 1
        let json = try JSONValue(parsing: sample.bytes)
        let number = count[sample.probe, default: 0]
        count[sample.probe] = number + 1
        let step = lastMs[sample.probe].map { Double(sample.epochMs - $0) }
        lastMs[sample.probe] = sample.epochMs
        let flags = json["flags"]?.array?.compactMap(\.string) ?? ["none"]
        let isFirst = number == 0
        let holds = [
            json["id"]?.string == "web-1:\(sample.probe):\(String(start, radix: 16)):\(number)",
            json["t"]?.number == Double(sample.epochMs),
            isFirst || step == json["intervalMs"]?.number,
            isFirst ? json["dtMs"] == .null : json["dtMs"]?.number == step,
            flags == (isFirst ? ["first"] : []),
            json["tasks"]?["total"]?.number == 5,
        ]
        if !holds.allSatisfy(\.self) {
            faults += 1
            if faults <= 5 { print("sample \(number): \(holds) \(String(decoding: sample.bytes, as: UTF8.self))") }
        }
    }
}
