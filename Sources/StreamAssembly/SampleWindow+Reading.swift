extension SampleWindow {
    /// The `limit` newest samples of a key, the newest first. O(limit).
    func newest(_ limit: Int, of key: String) -> [Sample] {
        keys[ExactText(key)]?.order.newest(limit).compactMap { samples[$0.id] } ?? []
    }

    /// The samples of a key, the newest first, down to the first whose time is not wanted. O(result).
    func newest(of key: String, while isWanted: (_ t: Double) -> Bool) -> [Sample] {
        guard let order = keys[ExactText(key)]?.order else { return [] }
        return order.newest(while: { isWanted($0.t) }).compactMap { samples[$0.id] }
    }

    /// The samples that are wanted, the newest first, down to the first for which there is no answer.
    func newest(_ isWanted: (Sample) -> Bool?) -> [Sample] {
        var result: [Sample] = []
        for chunk in order.chunks.reversed() {
            for position in chunk.reversed() {
                guard let sample = samples[position.id] else { continue }
                guard let wanted = isWanted(sample) else { return result }
                if wanted { result.append(sample) }
            }
        }
        return result
    }

    /// The time span of a key's samples. O(1).
    func span(of key: String) -> (samples: Int, firstT: Double, lastT: Double)? {
        guard let order = keys[ExactText(key)]?.order, let first = order.first, let last = order.last else {
            return nil
        }
        return (order.count, first.t, last.t)
    }

    /// Whether the window holds a sample of that key.
    func holds(key: ExactText) -> Bool { keys[key] != nil }

    /// The names of the keys that have samples, sorted.
    var keyNames: [String] { keys.keys.sorted().map(\.text) }
}
