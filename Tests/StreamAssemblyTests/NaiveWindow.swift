@testable import StreamAssembly

/// The window's rules in the plainest form, sorted whole at every step: what ``SampleWindow`` is compared with.
struct NaiveWindow {
    enum Outcome: Equatable {
        case added
        case replaced(Sample)
        case duplicate
        case belowFloor
    }

    let limits: WindowLimits
    private(set) var samples: [Sample] = []

    var byteCount: Int { samples.reduce(0) { $0 + $1.bytes.count } }
    var ids: [String] { samples.map(\.id) }

    init(limits: WindowLimits) { self.limits = limits }

    static func precedes(_ left: Sample, _ right: Sample) -> Bool {
        left.t != right.t ? left.t < right.t : left.id.utf8.lexicographicallyPrecedes(right.id.utf8)
    }

    mutating func insert(_ sample: Sample, now: Double) -> Outcome {
        expire(now: now)
        let existing = samples.first { $0.id == sample.id }
        if let existing, existing.t >= sample.t { return .duplicate }
        if sample.t < now - limits.ageMs || sample.bytes.count > limits.bytes { return .belowFloor }
        let siblings = samples.filter { $0.key == sample.key && $0.id != sample.id }
        if siblings.count >= limits.perKey, siblings.allSatisfy({ Self.precedes(sample, $0) }) { return .belowFloor }
        samples.removeAll { $0.id == sample.id }
        samples.append(sample)
        samples.sort(by: Self.precedes)
        let own = samples.filter { $0.key == sample.key }
        if own.count > limits.perKey, let oldest = own.first { samples.removeAll { $0.id == oldest.id } }
        while samples.count > limits.samples || byteCount > limits.bytes { samples.removeFirst() }
        guard samples.contains(sample) else { return .belowFloor }
        return existing.map(Outcome.replaced) ?? .added
    }

    mutating func expire(now: Double) {
        samples.removeAll { $0.t < now - limits.ageMs }
    }

    mutating func removeKey(_ key: String) -> Int {
        let before = samples.count
        samples.removeAll { $0.key == key }
        return before - samples.count
    }

    mutating func remove(_ row: RowID, of key: String) -> Sample? {
        guard
            let index = samples.firstIndex(where: {
                $0.key == key && $0.t == row.score && $0.memberHash == row.memberHash
            })
        else { return nil }
        return samples.remove(at: index)
    }
}
