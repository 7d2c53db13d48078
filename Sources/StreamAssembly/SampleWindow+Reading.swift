extension SampleWindow {
    /// The `limit` newest samples of a key, the newest first. O(limit).
    func newest(_ limit: Int, of key: String) -> [Sample] {
        keys[key]?.order.newest(limit).compactMap { samples[$0.id] } ?? []
    }

    /// The time span of a key's samples.
    func span(of key: String) -> (samples: Int, firstT: Double, lastT: Double)? {
        guard let order = keys[key]?.order, let first = order.first, let last = order.last else { return nil }
        return (order.count, first.t, last.t)
    }

    /// Any sample of a key: tells its host and probe.
    func someSample(of key: String) -> Sample? {
        keys[key]?.order.last.flatMap { samples[$0.id] }
    }
}
