/// The newest samples of all keys, bounded in number, bytes, age and samples of a key.
///
/// Samples are ordered by `(t, id)`. An `id` names one sample whatever its key: a newer `t` replaces it. When a limit is
/// passed the **oldest** sample leaves. Insert, evict, look up and remove take O(log n) comparisons; nothing is ever
/// sorted whole. A value: copies are independent.
public struct SampleWindow: Sendable {
    /// A sample's place in the order.
    struct Position: Comparable, Sendable {
        let t: Double
        let id: String

        static func < (left: Position, right: Position) -> Bool {
            left.t != right.t ? left.t < right.t : left.id < right.id
        }
    }

    /// What the window holds of one key.
    struct KeyContent: Sendable {
        var order = SortedChunks<Position>(chunkLength: 64)
        /// By the member's hash: which sample it is.
        var ids: [UInt64: String] = [:]
    }

    /// What became of an inserted sample.
    public enum Insertion: Sendable, Equatable {
        /// It is in the window.
        case added
        /// It is in the window in place of an older one with its `id`.
        case replaced
        /// The window has its `id` with the same or a newer `t`.
        case duplicate
        /// It is older than anything that the limits leave room for.
        case belowFloor
    }

    /// The bounds.
    public let limits: WindowLimits
    /// Bytes of all members.
    public private(set) var byteCount = 0

    private(set) var samples: [String: Sample] = [:]
    private(set) var order = SortedChunks<Position>()
    private(set) var keys: [String: KeyContent] = [:]

    /// An empty window.
    public init(limits: WindowLimits) {
        self.limits = limits
    }

    /// How many samples there are.
    public var count: Int { samples.count }
    /// How many keys have samples.
    public var keyCount: Int { keys.count }
    /// The sample of that `id`.
    public subscript(id: String) -> Sample? { samples[id] }

    // MARK: Changes

    /// Takes a sample and lets the oldest go until every limit holds.
    ///
    /// - Parameter now: the daemon's clock, Unix epoch in ms; ages are counted from it, never from a sample's `t`.
    public mutating func insert(_ sample: Sample, now: Double) -> Insertion {
        let existing = samples[sample.id]
        if let existing, existing.t >= sample.t { return .duplicate }
        guard sample.t >= now - limits.ageMs else { return .belowFloor }
        if existing != nil { remove(id: sample.id) }

        let position = Position(t: sample.t, id: sample.id)
        samples[sample.id] = sample
        order.insert(position)
        keys[sample.key, default: KeyContent()].order.insert(position)
        keys[sample.key]?.ids[sample.memberHash] = sample.id
        byteCount += sample.bytes.count

        if let content = keys[sample.key], content.order.count > limits.perKey, let oldest = content.order.first {
            remove(id: oldest.id)
        }
        while samples.count > limits.samples || byteCount > limits.bytes, let oldest = order.first {
            remove(id: oldest.id)
        }
        guard samples[sample.id] != nil else { return .belowFloor }
        return existing == nil ? .added : .replaced
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
        guard let content = keys[key] else { return 0 }
        let positions = content.order.chunks.joined()
        for position in positions { remove(id: position.id) }
        return positions.count
    }

    /// Removes the sample that came as this member of `key`.
    ///
    /// - Returns: the sample; `nil` if the window does not hold it, or holds its `id` from another member by now.
    public mutating func remove(_ row: RowID, of key: String) -> Sample? {
        guard let id = keys[key]?.ids[row.memberHash], let sample = samples[id], sample.t == row.score else {
            return nil
        }
        remove(id: id)
        return sample
    }

    private mutating func remove(id: String) {
        guard let sample = samples.removeValue(forKey: id) else { return }
        let position = Position(t: sample.t, id: id)
        order.remove(position)
        byteCount -= sample.bytes.count
        keys[sample.key]?.order.remove(position)
        if keys[sample.key]?.ids[sample.memberHash] == id {
            keys[sample.key]?.ids.removeValue(forKey: sample.memberHash)
        }
        if keys[sample.key]?.order.isEmpty == true { keys.removeValue(forKey: sample.key) }
    }
}
