/// The newest samples of all keys, bounded in number, bytes, age and samples of a key.
///
/// Samples are ordered by `(t, id)`. An `id` names one sample whatever its key: a newer `t` replaces it. When a limit is
/// passed the **oldest** sample leaves. Insert, evict, look up and remove take O(log n) comparisons; nothing is ever
/// sorted whole. A value: copies are independent.
public struct SampleWindow: Sendable {
    /// A sample's place in the order.
    struct Position: Comparable, Sendable {
        let t: Double
        let id: ExactText

        init(_ sample: Sample) {
            t = sample.t
            id = ExactText(sample.id)
        }

        static func < (left: Position, right: Position) -> Bool {
            left.t != right.t ? left.t < right.t : left.id < right.id
        }
    }

    /// What the window holds of one key.
    struct KeyContent: Sendable {
        var order = SortedChunks<Position>(chunkLength: 64)
        /// By the member's hash: which sample it is.
        var ids: [UInt64: ExactText] = [:]
    }

    /// What became of an inserted sample.
    public enum Insertion: Sendable, Equatable {
        /// It is in the window.
        case added
        /// It is in the window in place of this older one with its `id`.
        case replaced(Sample)
        /// The window has its `id` with the same or a newer `t`.
        case duplicate
        /// It is older than anything that the limits leave room for.
        case belowFloor
    }

    /// The bounds.
    public let limits: WindowLimits
    /// Bytes of all members.
    public private(set) var byteCount = 0

    private(set) var samples: [ExactText: Sample] = [:]
    private(set) var order = SortedChunks<Position>()
    private(set) var keys: [ExactText: KeyContent] = [:]

    /// An empty window.
    public init(limits: WindowLimits) {
        self.limits = limits
    }

    /// How many samples there are.
    public var count: Int { samples.count }
    /// How many keys have samples.
    public var keyCount: Int { keys.count }
    /// The sample of that `id`.
    public subscript(id: String) -> Sample? { samples[ExactText(id)] }

    // MARK: Changes

    /// Takes a sample and lets the oldest go until every limit holds.
    ///
    /// A sample that the limits leave no room for costs no other its place, unless it is only found too old while
    /// older ones make room in bytes.
    /// - Parameter now: the daemon's clock, Unix epoch in ms; ages are counted from it, never from a sample's `t`.
    public mutating func insert(_ sample: Sample, now: Double) -> Insertion {
        var displaced: [Sample] = []
        return insert(sample, now: now, displaced: &displaced)
    }

    /// The same; `displaced` gets the sample that left because its key is full, as another key may hold it too.
    mutating func insert(_ sample: Sample, now: Double, displaced: inout [Sample]) -> Insertion {
        expire(now: now)
        let position = Position(sample)
        let existing = samples[position.id]
        if let existing, existing.t >= sample.t { return .duplicate }
        guard sample.t >= now - limits.ageMs, sample.bytes.count <= limits.bytes, hasRoom(at: position, of: sample.key)
        else { return .belowFloor }
        if existing != nil { remove(id: position.id) }

        add(sample, at: position)
        if let surplus = surplus(of: sample.key), let left = remove(id: surplus) { displaced.append(left) }
        while samples.count > limits.samples || byteCount > limits.bytes, let oldest = order.first {
            remove(id: oldest.id)
        }
        guard samples[position.id] != nil else { return .belowFloor }
        return existing.map(Insertion.replaced) ?? .added
    }

    /// Lets go what is older than the limit allows at `now`.
    ///
    /// - Returns: how many samples left.
    @discardableResult
    public mutating func expire(now: Double) -> Int {
        let before = samples.count
        while let oldest = order.first, oldest.t < now - limits.ageMs { remove(id: oldest.id) }
        return before - samples.count
    }

    /// Removes all samples of a key.
    ///
    /// - Returns: how many there were.
    @discardableResult
    public mutating func removeKey(_ key: String) -> Int {
        guard let positions = keys[ExactText(key)]?.order.chunks.joined() else { return 0 }
        for position in positions { remove(id: position.id) }
        return positions.count
    }

    /// Removes the sample that came as this member of `key`.
    ///
    /// - Returns: the sample; `nil` if the window does not hold it, or holds its `id` from another member by now.
    public mutating func remove(_ row: RowID, of key: String) -> Sample? {
        guard let id = keys[ExactText(key)]?.ids[row.memberHash], let sample = samples[id], sample.t == row.score else {
            return nil
        }
        remove(id: id)
        return sample
    }

    // MARK: Steps

    /// Whether a full key keeps a sample at that place.
    private func hasRoom(at position: Position, of key: String) -> Bool {
        guard let order = keys[ExactText(key)]?.order, order.count >= limits.perKey, let oldest = order.first else {
            return true
        }
        return oldest < position
    }

    /// The oldest sample of a key that has one too many. The key's content is not held on to, or the next change of it
    /// would copy it.
    private func surplus(of key: String) -> ExactText? {
        guard let order = keys[ExactText(key)]?.order, order.count > limits.perKey else { return nil }
        return order.first?.id
    }

    private mutating func add(_ sample: Sample, at position: Position) {
        samples[position.id] = sample
        order.insert(position)
        byteCount += sample.bytes.count
        Self.add(position, hash: sample.memberHash, to: &keys[ExactText(sample.key), default: KeyContent()])
    }

    private static func add(_ position: Position, hash: UInt64, to content: inout KeyContent) {
        content.order.insert(position)
        content.ids[hash] = position.id
    }

    @discardableResult
    private mutating func remove(id: ExactText) -> Sample? {
        guard let sample = samples.removeValue(forKey: id) else { return nil }
        let position = Position(sample)
        order.remove(position)
        byteCount -= sample.bytes.count
        guard let key = keys.index(forKey: ExactText(sample.key)) else { return sample }
        Self.remove(position, hash: sample.memberHash, from: &keys.values[key])
        if keys.values[key].order.isEmpty { keys.remove(at: key) }
        return sample
    }

    private static func remove(_ position: Position, hash: UInt64, from content: inout KeyContent) {
        content.order.remove(position)
        // Another member of the same hash may have taken the entry.
        if content.ids[hash] == position.id { content.ids.removeValue(forKey: hash) }
    }
}
