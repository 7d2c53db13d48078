extension SampleWindow {
    /// How often two places in the window's orders were compared, since the start.
    package var comparisons: Int {
        shares.shares.reduce(0) { $0 + ($1?.order.comparisons ?? 0) }
            + keys.values.reduce(0) { $0 + $1.order.comparisons }
    }

    /// What is wrong with the window, in words; `nil` if every invariant and limit holds. O(n log n): for tests.
    package func brokenInvariant(now: Double) -> String? {
        var bytes = 0
        var held = 0
        var claimed: [ExactText: [ExactText: Int]] = [:]
        for (key, content) in keys {
            if let broken = brokenInvariant(of: key, content) { return "\(key.text): \(broken)" }
            bytes += limits.keyBytes + content.samples.values.reduce(0) { $0 + $1.sample.bytes.count }
            held += content.samples.count
            for sample in content.samples.values.map(\.sample) where !sample.isOfNamedKey && !sample.host.isEmpty {
                claimed[Origin.folded(sample.host), default: [:]][key, default: 0] += 1
            }
        }
        if claimed != claims { return "the claims are off" }
        if byteCount != bytes { return "the byte count is off" }
        if count != held { return "the count is off" }
        if let broken = brokenShare { return broken }
        if let oldest = shares.oldest, oldest.time < now - limits.ageMs { return "\(oldest.id.text) is too old" }
        if count > limits.samples { return "\(count) samples" }
        if byteCount > limits.bytes { return "\(byteCount) bytes" }
        return nil
    }

    private func brokenInvariant(of key: ExactText, _ content: KeyContent) -> String? {
        let own = content.order.chunks.flatMap { $0 }
        if own.isEmpty { return "no samples" }
        if own != own.sorted() || own.count != content.order.count { return "the order is not sorted" }
        if Set(own.map(\.id)) != Set(content.samples.keys) { return "the order and the samples differ" }
        if own.contains(where: { content.samples[$0.id]?.sample.t != $0.t }) {
            return "a position's t is not its sample's"
        }
        if content.samples.values.contains(where: { $0.sample.key != key.text }) { return "another key's sample" }
        if content.samples.values.contains(where: { $0.time > $0.sample.t }) { return "later than its t" }
        if own.count > limits.perKey { return "\(own.count) samples" }
        if content.ids.count > own.count { return "members that left" }
        if content.ids.contains(where: { content.samples[$1]?.sample.memberHash != $0 }) { return "a wrong member" }
        return nil
    }

    private var brokenShare: String? {
        var places = 0
        for (number, share) in shares.shares.enumerated() {
            guard let share else { continue }
            let own = share.order.chunks.flatMap { $0 }
            places += own.count
            if own.isEmpty { return "an empty share" }
            if own != own.sorted() { return "a share is not sorted" }
            if own.contains(where: { keys[$0.key]?.samples[$0.id]?.time != $0.time }) { return "a place of no sample" }
            if own.contains(where: { keys[$0.key]?.share != number }) { return "a sample in another's share" }
            if own.contains(where: { host(of: $0) != share.host }) { return "a share of another host" }
            let bytes = own.reduce(0) { $0 + (keys[$1.key]?.samples[$1.id]?.sample.bytes.count ?? 0) }
            if share.bytes != bytes + limits.keyBytes * Set(own.map(\.key)).count { return "a share's bytes are off" }
        }
        return places == count ? nil : "the shares do not add up"
    }

    private func host(of place: WindowShares.Place) -> ExactText? {
        keys[place.key]?.samples[place.id].map {
            $0.sample.isOfNamedKey ? ExactText($0.sample.host) : WindowShares.ofOtherKeys
        }
    }
}
