/// The newest samples of all keys, bounded in number, bytes, age and samples of a key.
///
/// A sample is known by its key and its `id`. Within a key a newer `t` replaces an older one, and of two with one `t` the
/// member counts that comes last in Redis' order, whichever came first; no key touches another's samples. When there are too many samples or bytes, **the host that holds most of them loses its oldest**
/// (``WindowShares``), so nobody can push out what others hold. A sample is at least as old as its arrival, whatever
/// its `t` says. Insert, evict, look up and remove take O(log n) comparisons; nothing is ever sorted whole. A value: copies
/// are independent.
public struct SampleWindow: Sendable {
    /// A sample's place among those of its key.
    struct Position: Comparable, Sendable {
        let t: Double
        let id: ExactText

        init(_ sample: Sample) {
            t = sample.t
            id = ExactText(sample.id)
        }

        init(t: Double, id: ExactText) { (self.t, self.id) = (t, id) }

        static func < (left: Position, right: Position) -> Bool {
            left.t != right.t ? left.t < right.t : left.id < right.id
        }
    }

    struct Held: Sendable {
        let sample: Sample
        /// The time at which it counts: `t`, but not later than its arrival.
        let time: Double
    }

    /// What the window holds of one key.
    struct KeyContent: Sendable {
        /// The number of its host's share.
        let share: Int
        var samples: [ExactText: Held] = [:]
        var order = SortedChunks<Position>(chunkLength: 64)
        /// By the member's hash: which sample it is.
        var ids: [UInt64: ExactText] = [:]
    }

    /// What became of an inserted sample.
    public enum Insertion: Sendable, Equatable {
        /// It is in the window.
        case added
        /// It is in the window in place of this older one of its key with its `id`.
        case replaced(Sample)
        /// The key has its `id` with a newer `t`, or with the same and a member that is not before this one.
        case duplicate
        /// It is older than anything that the limits leave room for.
        case belowFloor
    }

    /// The bounds.
    public let limits: WindowLimits
    /// Bytes of all members, and what their keys cost.
    public private(set) var byteCount = 0
    /// How many samples there are.
    public private(set) var count = 0

    private(set) var keys: [ExactText: KeyContent] = [:]
    private(set) var shares = WindowShares()
    /// Of keys without a host: how many samples of which of them name a host, by its folded name.
    private(set) var claims: [ExactText: [ExactText: Int]] = [:]

    /// An empty window.
    public init(limits: WindowLimits) {
        self.limits = limits
    }

    /// How many keys have samples.
    public var keyCount: Int { keys.count }
    /// The sample of that key and `id`.
    public subscript(key: String, id: String) -> Sample? { keys[ExactText(key)]?.samples[ExactText(id)]?.sample }

    // MARK: Changes

    /// Takes a sample. While a limit is passed, the host that holds most loses its oldest sample.
    ///
    /// A sample for which the limits leave no room pushes out no other, unless only the making of room in bytes shows
    /// that it is too old.
    /// - Parameters:
    ///   - arrival: when it first came, where that was not now, Unix epoch in ms.
    ///   - now: the daemon's clock, Unix epoch in ms; ages are counted from it.
    public mutating func insert(_ sample: Sample, arrival: Double? = nil, now: Double) -> Insertion {
        expire(now: now)
        let (key, position) = (ExactText(sample.key), Position(sample))
        let time = min(sample.t, arrival ?? now)
        let (existing, hasRoom) = find(position, of: key)
        if let existing, !Self.isReplaced(existing, by: sample) { return .duplicate }
        guard hasRoom, time >= now - limits.ageMs, sample.bytes.count + limits.keyBytes <= limits.bytes else {
            return .belowFloor
        }
        if existing != nil { remove(position.id, of: key) }

        if let surplus = add(Held(sample: sample, time: time), at: position, of: key) { remove(surplus, of: key) }
        var isHeld = true
        while let oldest = pressed {
            remove(oldest.id, of: oldest.key)
            if oldest.id == position.id, oldest.key == key { isHeld = false }
        }
        guard isHeld else { return .belowFloor }
        return existing.map(Insertion.replaced) ?? .added
    }

    /// Lets go what is older than the limit allows at `now`.
    ///
    /// - Returns: how many samples left.
    @discardableResult
    public mutating func expire(now: Double) -> Int {
        let before = count
        while let oldest = shares.oldest, oldest.time < now - limits.ageMs { remove(oldest.id, of: oldest.key) }
        return before - count
    }

    /// Removes all samples of a key.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public mutating func removeKey(_ key: String) -> Int {
        let key = ExactText(key)
        guard let ids = keys[key]?.samples.keys else { return 0 }
        for id in Array(ids) { remove(id, of: key) }
        return ids.count
    }

    /// Removes the sample that came as this member of `key`.
    ///
    /// - Returns: the sample; `nil` if the window does not hold it, or holds its `id` from another member by now.
    public mutating func remove(_ row: RowID, of key: String) -> Sample? {
        let key = ExactText(key)
        guard let id = keys[key]?.ids[row.memberHash], keys[key]?.samples[id]?.sample.t == row.score else { return nil }
        return remove(id, of: key)
    }

    // MARK: Steps

    /// Every daemon has to come to the same, in whatever order the two are read.
    private static func isReplaced(_ existing: Sample, by sample: Sample) -> Bool {
        if existing.t != sample.t { return existing.t < sample.t }
        return existing.bytes.lexicographicallyPrecedes(sample.bytes)
    }

    /// What has to go next: the oldest sample of the host that holds most of what there is too much of.
    private var pressed: WindowShares.Place? {
        if count > limits.samples { return shares.oldestOfMostSamples }
        return byteCount > limits.bytes ? shares.oldestOfMostBytes : nil
    }

    /// The sample of that id, and whether the key, if it is full, keeps one at that place.
    private func find(_ position: Position, of key: ExactText) -> (existing: Sample?, hasRoom: Bool) {
        guard let content = keys[key] else { return (nil, true) }
        let isFull = content.order.count >= limits.perKey
        let hasRoom = !isFull || content.order.first.map { !(position < $0) } ?? true
        return (content.samples[position.id]?.sample, hasRoom)
    }

    /// - Returns: the oldest sample of the key, if it has one too many now.
    private mutating func add(_ held: Held, at position: Position, of key: ExactText) -> ExactText? {
        let sample = held.sample
        let index = index(of: key, for: sample)
        let (own, oldest) = Self.add(held, at: position, to: &keys.values[index])
        let bytes = sample.bytes.count + (own == 1 ? limits.keyBytes : 0)
        let place = WindowShares.Place(time: held.time, t: sample.t, id: position.id, key: key)
        shares.add(place, bytes: bytes, to: keys.values[index].share)
        byteCount += bytes
        count += 1
        if !sample.isOfNamedKey, !sample.host.isEmpty {
            claims[Origin.folded(sample.host), default: [:]][key, default: 0] += 1
        }
        return own > limits.perKey ? oldest : nil
    }

    private mutating func index(of key: ExactText, for sample: Sample) -> Dictionary<ExactText, KeyContent>.Index {
        while true {
            if let index = keys.index(forKey: key) { return index }
            let host = sample.isOfNamedKey ? ExactText(sample.host) : WindowShares.ofOtherKeys
            keys[key] = KeyContent(share: shares.number(of: host))
        }
    }

    /// - Returns: how many samples the key has, and the oldest.
    private static func add(
        _ held: Held, at position: Position, to content: inout KeyContent
    ) -> (count: Int, oldest: ExactText?) {
        content.samples[position.id] = held
        content.order.insert(position)
        content.ids[held.sample.memberHash] = position.id
        return (content.order.count, content.order.first?.id)
    }

    @discardableResult
    private mutating func remove(_ id: ExactText, of key: ExactText) -> Sample? {
        guard let index = keys.index(forKey: key), let held = Self.remove(id, from: &keys.values[index]) else {
            return nil
        }
        let sample = held.sample
        let share = keys.values[index].share
        let isLast = keys.values[index].order.isEmpty
        if isLast { keys.remove(at: index) }
        let bytes = sample.bytes.count + (isLast ? limits.keyBytes : 0)
        shares.remove(.init(time: held.time, t: sample.t, id: id, key: key), bytes: bytes, from: share)
        byteCount -= bytes
        count -= 1
        if !sample.isOfNamedKey, !sample.host.isEmpty { forgetClaim(of: Origin.folded(sample.host), in: key) }
        return sample
    }

    private static func remove(_ id: ExactText, from content: inout KeyContent) -> Held? {
        guard let held = content.samples.removeValue(forKey: id) else { return nil }
        content.order.remove(Position(held.sample))
        // Another member of the same hash may have taken the entry.
        if content.ids[held.sample.memberHash] == id { content.ids.removeValue(forKey: held.sample.memberHash) }
        return held
    }

    private mutating func forgetClaim(of host: ExactText, in key: ExactText) {
        guard let left = claims[host]?[key] else { return }
        claims[host]?[key] = left > 1 ? left - 1 : nil
        if claims[host]?.isEmpty == true { claims.removeValue(forKey: host) }
    }
}

/// The bounds of a ``SampleWindow``; each holds after every step.
public struct WindowLimits: Sendable, Equatable {
    /// A bound that makes no sense.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        /// Which bound, what it was, and what is allowed.
        public let description: String
    }

    /// Samples in all.
    public let samples: Int
    /// Bytes of all members together, and ``keyBytes`` for each key.
    public let bytes: Int
    /// The greatest age in ms, by the daemon's clock.
    public let ageMs: Double
    /// Samples of one key.
    public let perKey: Int

    /// What a key costs besides its members: 1 KiB, so that keys without number are no cheap way to fill memory.
    let keyBytes: Int

    /// 20,000 samples, 64 MiB, 10 minutes, 600 of one key.
    public static let standard = WindowLimits(unchecked: 20_000, 64 << 20, 600_000, 600)

    /// - Throws: ``Invalid`` where a bound is below 1.
    public init(samples: Int, bytes: Int, ageMs: Double, perKey: Int) throws(Invalid) {
        for (name, value) in [("samples", samples), ("bytes", bytes), ("perKey", perKey)] where value < 1 {
            throw Invalid(description: "\(name): \(value) is not allowed; allowed: 1 or more")
        }
        guard ageMs >= 1, ageMs.isFinite else {
            throw Invalid(description: "ageMs: \(ageMs) is not allowed; allowed: 1 or more")
        }
        self.init(unchecked: samples, bytes, ageMs, perKey)
    }

    /// The same with another cost of a key.
    init(_ limits: WindowLimits, keyBytes: Int) {
        self.init(unchecked: limits.samples, limits.bytes, limits.ageMs, limits.perKey, keyBytes: keyBytes)
    }

    private init(unchecked samples: Int, _ bytes: Int, _ ageMs: Double, _ perKey: Int, keyBytes: Int = 1024) {
        self.samples = samples
        self.bytes = bytes
        self.ageMs = ageMs
        self.perKey = perKey
        self.keyBytes = keyBytes
    }
}
