extension SampleWindow {
    /// How often two places in the window's order were compared, since the start.
    package var comparisons: Int { order.comparisons }

    /// What is wrong with the window, in words; `nil` if every invariant and limit holds. O(n log n): for tests.
    package func brokenInvariant(now: Double) -> String? {
        let positions = order.chunks.flatMap { $0 }
        if positions != positions.sorted() { return "the order is not sorted" }
        if Set(positions.map(\.id)).count != positions.count { return "an id stands twice in the order" }
        if Set(positions.map(\.id)) != Set(samples.keys) { return "the order and the samples differ" }
        if positions.contains(where: { samples[$0.id]?.t != $0.t }) { return "a position's t is not its sample's" }
        if order.count != positions.count { return "the order's count is off" }
        if byteCount != samples.values.reduce(0, { $0 + $1.bytes.count }) { return "the byte count is off" }
        for (key, content) in keys {
            let name = key.text
            let own = content.order.chunks.flatMap { $0 }
            if own.isEmpty { return "\(name) has no samples" }
            if own != positions.filter({ samples[$0.id]?.key == name }) { return "\(name)'s order differs" }
            if own.count > limits.perKey { return "\(name) has \(own.count) samples" }
            if content.ids.count > own.count { return "\(name) remembers members that left" }
            if content.ids.contains(where: { samples[$1]?.memberHash != $0 }) { return "\(name) names a wrong member" }
        }
        if keys.values.reduce(0, { $0 + $1.order.count }) != count { return "the keys do not add up" }
        if let oldest = positions.first, oldest.t < now - limits.ageMs { return "\(oldest.id.text) is too old" }
        if count > limits.samples { return "\(count) samples" }
        if byteCount > limits.bytes { return "\(byteCount) bytes" }
        return nil
    }
}
