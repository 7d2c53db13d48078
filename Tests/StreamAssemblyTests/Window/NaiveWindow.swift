@testable import StreamAssembly

/// The window's rules in the plainest form, sorted whole at every step: what ``SampleWindow`` is compared with.
struct NaiveWindow {
    enum Outcome: Equatable {
        case added
        case replaced(SampleOutline)
        case duplicate
        case belowFloor
    }

    private struct Entry {
        let sample: Sample
        let time: Double

        var share: String { sample.isOfNamedKey ? sample.host : "" }
    }

    let limits: WindowLimits
    private var entries: [Entry] = []

    var samples: [Sample] { entries.map(\.sample) }
    var ids: [String] { samples.map(\.id) }
    var byteCount: Int { Self.bytes(entries, limits) }

    init(limits: WindowLimits) { self.limits = limits }

    private static func bytes(_ entries: [Entry], _ limits: WindowLimits) -> Int {
        entries.reduce(0) { $0 + $1.sample.bytes.count } + limits.costs.key * Set(entries.map(\.sample.key)).count
    }

    private static func bytewise(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.sample.t != right.sample.t { return left.sample.t < right.sample.t }
        if left.sample.key != right.sample.key { return bytewise(left.sample.key, right.sample.key) }
        return bytewise(left.sample.id, right.sample.id)
    }

    private static func isOlder(_ left: Sample, _ right: Sample) -> Bool {
        left.t != right.t ? left.t < right.t : bytewise(left.id, right.id)
    }

    mutating func insert(_ sample: Sample, arrival: Double? = nil, now: Double) -> Outcome {
        expire(now: now)
        let time = min(sample.t, arrival ?? now)
        let existing = samples.first { $0.id == sample.id && $0.key == sample.key }
        if let existing, existing.t > sample.t { return .duplicate }
        if let existing, existing.t == sample.t, !existing.bytes.lexicographicallyPrecedes(sample.bytes) {
            return .duplicate
        }
        if sample.bytes.count + limits.costs.key > limits.bytes { return .belowFloor }
        let entry = Entry(sample: sample, time: time)
        let newer = entries.filter { $0.sample.key == sample.key && Self.precedes(entry, $0) }
        if time < now - limits.ageMs, newer.count >= limits.kept { return .belowFloor }
        let siblings = samples.filter { $0.key == sample.key }
        if siblings.count >= limits.perKey, siblings.allSatisfy({ Self.isOlder(sample, $0) }) { return .belowFloor }
        if let existing { drop(existing) }
        entries.append(Entry(sample: sample, time: time))
        entries.sort(by: Self.precedes)
        let own = samples.filter { $0.key == sample.key }.sorted(by: Self.isOlder)
        if own.count > limits.perKey, let oldest = own.first { drop(oldest) }
        expire(now: now)
        while entries.count > limits.samples { evict { $0.count } }
        while byteCount > limits.bytes { evict { [limits] in Self.bytes($0, limits) } }
        guard samples.contains(sample) else { return .belowFloor }
        return existing.map { .replaced($0.outline) } ?? .added
    }

    /// Whoever holds most loses the oldest that is not among the newest of its key, or, without one, the oldest.
    private mutating func evict(by amount: ([Entry]) -> Int) {
        let shares = Dictionary(grouping: entries, by: \.share).map { name, own in
            (name: name, amount: amount(own), next: own.first { !isKept($0) } ?? own[0])
        }
        let most = shares.sorted { left, right in
            if left.amount != right.amount { return left.amount > right.amount }
            if left.next.time != right.next.time { return left.next.time < right.next.time }
            return Self.bytewise(left.name, right.name)
        }
        drop(most[0].next.sample)
    }

    /// Whether it is among the newest of its key, by the time at which it counts.
    private func isKept(_ entry: Entry) -> Bool {
        entries.filter { $0.sample.key == entry.sample.key }.suffix(limits.kept).contains { $0.sample == entry.sample }
    }

    private mutating func drop(_ sample: Sample) {
        entries.removeAll { $0.sample.id == sample.id && $0.sample.key == sample.key }
    }

    mutating func expire(now: Double) {
        let kept = entries.filter { isKept($0) }.map(\.sample)
        entries.removeAll { $0.time < now - limits.ageMs && !kept.contains($0.sample) }
    }

    mutating func removeKey(_ key: String) -> Int {
        let before = entries.count
        entries.removeAll { $0.sample.key == key }
        return before - entries.count
    }

    mutating func remove(_ row: RowID, of key: String) -> SampleOutline? {
        let own = samples.first { $0.key == key && $0.t == row.score && $0.memberHash == row.memberHash }
        if let own { drop(own) }
        return own?.outline
    }
}
