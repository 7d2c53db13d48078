/// What a client holds that does as the contract says, and what it was told too often.
struct ClientModel: Sendable {
    struct Held: Sendable {
        /// The key by the sample's own word.
        let key: String
        let t: Double
    }

    private(set) var held: [String: Held] = [:]
    /// Every id that ever came.
    private(set) var seen: Set<String> = []
    /// How often an id was told as new while it was held.
    private(set) var repeated: [String: Int] = [:]
    /// Snapshots after the first.
    private(set) var resyncs = 0
    /// Emissions out of order within one run of the daemon.
    private(set) var disorders = 0
    /// Where the last snapshot was cut for the sake of its size: the lowest `t` that it had of each key.
    private(set) var floors: [String: Double] = [:]
    private(set) var position: (epoch: String, seq: Int, now: Double)?
    private var snapshots = 0

    /// From these bytes on the daemon may have cut a snapshot.
    private static let cutBytes = 3_300_000

    mutating func replace(with samples: [(id: String, held: Held)], bytes: Int) {
        if snapshots > 0 { resyncs += 1 }
        snapshots += 1
        held = Dictionary(samples.map { ($0.id, $0.held) }) { $1 }
        seen.formUnion(held.keys)
        floors = [:]
        guard bytes >= Self.cutBytes else { return }
        for sample in held.values { floors[sample.key] = min(sample.t, floors[sample.key] ?? .infinity) }
    }

    mutating func add(_ id: String, _ sample: Held) {
        if held.updateValue(sample, forKey: id) != nil { repeated[id, default: 0] += 1 }
        seen.insert(id)
    }

    mutating func remove(keys: Set<String>, ids: [String]) {
        for id in ids { held[id] = nil }
        if !keys.isEmpty { held = held.filter { !keys.contains($1.key) } }
        for key in keys { floors[key] = nil }
    }

    mutating func note(epoch: String, seq: Int, now: Double) {
        if let position, position.epoch == epoch, seq < position.seq { disorders += 1 }
        position = (epoch, seq, now)
    }

    // MARK: - Compared with the sets

    /// In the window, and not held.
    func missing(from truth: Truth) -> [String] {
        truth.inWindow.compactMap { id, entry in
            held[id] == nil && entry.score > floors[entry.key] ?? -.infinity ? id : nil
        }
    }

    /// Held, and in no set; what was trimmed from the bottom of a living set is nobody's to tell.
    func extra(to truth: Truth) -> [String] {
        held.compactMap { id, sample in
            guard truth.all[id] == nil else { return nil }
            return sample.t < truth.lowest[sample.key] ?? -.infinity ? nil : id
        }
    }

    /// Told as new while held, beyond the times that the writers gave it another score.
    func doubled(rescored: [String: Int]) -> Int {
        repeated.reduce(0) { $0 + max(0, $1.value - rescored[$1.key, default: 0]) }
    }
}
