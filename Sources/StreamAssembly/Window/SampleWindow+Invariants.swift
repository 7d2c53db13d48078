import DequeModule

extension SampleWindow {
    /// How often two places in the window's orders were compared, since the start.
    package var comparisons: Int { contents.reduce(0) { $0 + $1.comparisons } }

    /// What is wrong with the window, in words; `nil` if every invariant and limit holds. O(n log n): for tests.
    package func brokenInvariant(now: Double) -> String? {
        var bytes = 0
        var held = 0
        var claimed: [ExactText: [ExactText: Int]] = [:]
        for (key, number) in numbers {
            let content = contents[number]
            if content.key != key { return "\(key.text) leads to another" }
            if let broken = content.brokenInvariant(codec) { return "\(key.text): \(broken)" }
            if content.count > limits.perKey { return "\(key.text): \(content.count) samples" }
            bytes += content.byteCount(limits.costs)
            held += content.count
            for sample in content.order.map(content.held) where !sample.isOfNamedKey && !sample.host.isEmpty {
                claimed[Origin.folded(sample.host), default: [:]][key, default: 0] += 1
            }
            // The newest stay.
            let aged = content.byTime.dropLast(limits.kept).first.map { content.slot($0).time }
            if let aged, aged < now - limits.ageMs { return "\(key.text): too old" }
        }
        if sorted.entries.map(\.name) != numbers.keys.sorted() { return "the names are not sorted" }
        if sorted.entries.contains(where: { numbers[$0.name] != $0.number }) { return "a name has another's number" }
        if sorted.pieces.contains(where: { $0.isEmpty || $0.count > SortedKeys.mostOfPiece }) {
            return "a piece is off"
        }
        if claimed != claims { return "the claims are off" }
        if byteCount != bytes { return "the byte count is off" }
        if count != held { return "the count is off" }
        if let broken = brokenShare { return broken }
        if count > limits.samples { return "\(count) samples" }
        if byteCount > limits.bytes { return "\(byteCount) bytes" }
        return nil
    }

    private var brokenShare: String? {
        var seated: Set<Int> = []
        for (number, share) in shares.shares.enumerated() {
            guard let share else { continue }
            let keys = numbers.values.filter { contents[$0].share == number }
            if keys.isEmpty { return "an empty share" }
            seated.formUnion(keys)
            if keys.contains(where: { share.seats[contents[$0].seat] != $0 }) { return "a key at another's seat" }
            if keys.contains(where: { host(of: $0) != share.host }) { return "a share of another host" }
            if share.count != keys.reduce(0, { $0 + contents[$1].count }) { return "a share's count is off" }
            if share.bytes != keys.reduce(0, { $0 + contents[$1].byteCount(limits.costs) }) {
                return "a share's bytes are off"
            }
            let oldest = keys.map { key in
                let slot = contents[key].byTime.first.map(contents[key].slot)
                return WindowShares.Turn(
                    isKept: contents[key].count <= limits.kept, time: slot?.time ?? 0, t: slot?.t ?? 0,
                    key: contents[key].key)
            }
            if share.next?.turn != oldest.max() { return "a share would lose another than its oldest" }
        }
        return seated.count == numbers.count ? nil : "the shares do not add up"
    }

    private func host(of key: Int) -> ExactText? {
        contents[key].order.first.map(contents[key].held).map {
            $0.isOfNamedKey ? ExactText($0.host) : WindowShares.ofOtherKeys
        }
    }
}

extension KeySamples {
    fileprivate func brokenInvariant(_ codec: FrameCodec) -> String? {
        if order.isEmpty { return "no samples" }
        let samples = order.compactMap { sample($0, codec) }
        if samples.count != order.count { return "a sample cannot be read" }
        let places = samples.map { ($0.t, ExactText($0.id)) }
        if zip(places, places.dropFirst()).contains(where: { $0 >= $1 }) { return "the order is not sorted" }
        for (number, sample) in zip(order, samples) {
            let slot = slot(number)
            if !slot.isHeld { return "a sample that has left" }
            if self.number(of: ExactText(sample.id)) != number { return "an id that is not found" }
            if self.number(t: sample.t, memberHash: sample.memberHash) == nil { return "a member that is not found" }
            if sample.key != key.text { return "another key's sample" }
            if slot.time > slot.t { return "later than its t" }
            if Int(slot.byteCount) != sample.bytes.count { return "another length" }
            if sample.details.members != SampleDetails(in: sample.bytes).members { return "details in another place" }
            if Int(slot.detailBytes) != sample.detailBytes { return "another length of details" }
            if figures(of: number, codec) != sample.figures { return "other figures" }
        }
        if Set(order).count != table.count || slots.filter(\.isHeld).count != order.count { return "the table is off" }
        return brokenTimeOrder(samples) ?? brokenFrames
    }

    private func brokenTimeOrder(_ samples: [Sample]) -> String? {
        let ids = Dictionary(uniqueKeysWithValues: zip(order, samples.map { ExactText($0.id) }))
        let sorted = order.sorted { left, right in
            let (left, right) = ((slot(left), ids[left]), (slot(right), ids[right]))
            if left.0.time != right.0.time { return left.0.time < right.0.time }
            if left.0.t != right.0.t { return left.0.t < right.0.t }
            return (left.1 ?? ExactText("")) < (right.1 ?? ExactText(""))
        }
        return sorted == Array(byTime) ? nil : "the order by time is not sorted"
    }

    private var brokenFrames: String? {
        var next = firstNumber
        for frame in frames {
            if frame.first != next { return "a gap between frames" }
            let slots = (0..<frame.count).map { slot(next &+ UInt32($0)) }
            if slots.filter(\.isHeld).count != frame.held { return "a frame's count is off" }
            if frame.held > 0, slots.reduce(0, { $0 + Int($1.byteCount - $1.detailBytes) }) != frame.figureBytes {
                return "a frame's length is off"
            }
            if (frame.held == 0) != frame.content.isEmpty { return "an empty frame's bytes" }
            next &+= UInt32(frame.count)
        }
        if frames.first?.held == 0 { return "an empty frame before all others" }
        if next != tailNumber { return "a gap before the tail" }
        if frames.reduce(0, { $0 + $1.byteCount }) != frameBytes { return "the frames' bytes are off" }
        if tail.reduce(0, { $0 + ($1?.bytes.count ?? 0) }) != tailBytes { return "the tail's bytes are off" }
        return isScattered ? "scattered" : nil
    }
}
