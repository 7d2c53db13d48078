import DequeModule

extension SampleWindow {
    /// The sample of that key and `id`.
    public subscript(key: String, id: String) -> Sample? {
        guard let number = numbers[ExactText(key)], let sample = contents[number].number(of: ExactText(id)) else {
            return nil
        }
        return contents[number].sample(sample, codec)
    }

    /// What is held of that key and `id`; opens nothing.
    func held(key: String, id: String) -> HeldSample? {
        guard let number = numbers[ExactText(key)], let sample = contents[number].number(of: ExactText(id)) else {
            return nil
        }
        return contents[number].held(sample)
    }

    /// The `limit` newest samples of a key, the newest first. O(limit), and opens their frames.
    func newest(_ limit: Int, of key: String) -> [Sample] { read(held(of: key, newest: limit)) }

    /// What is held of a key, the newest first. O(limit); opens nothing.
    func held(of key: String, newest limit: Int = .max) -> [HeldSample] {
        guard let number = numbers[ExactText(key)] else { return [] }
        return contents[number].order.suffix(limit).reversed().map { contents[number].held($0) }
    }

    /// The samples of a key, the newest first, until `visit` says that it is enough. O(visited); opens nothing.
    func visitNewest(of number: Int, _ visit: (HeldSample) -> Bool) {
        for sample in contents[number].order.reversed() {
            guard visit(contents[number].held(sample)) else { return }
        }
    }

    /// Whether a key holds such a sample. O(samples of the key) where there is none.
    func holds(of key: String, where isWanted: (HeldSample) -> Bool) -> Bool {
        guard let number = numbers[ExactText(key)] else { return false }
        return contents[number].order.reversed().contains { isWanted(contents[number].held($0)) }
    }

    /// The sample at a level of a key, 0 is the newest.
    func held(at level: Int, of number: Int) -> HeldSample? {
        let content = contents[number]
        guard level < content.count else { return nil }
        return content.held(content.order[content.count - 1 - level])
    }

    func outline(_ sample: UInt32, of number: Int) -> SampleOutline {
        SampleOutline(contents[number].held(sample), id: contents[number].id(of: sample))
    }

    /// What is known without the bytes; by the samples' own keys.
    func outlines(_ samples: [HeldSample]) -> [SampleOutline] {
        samples.compactMap { sample in numbers[sample.key].map { outline(sample.number, of: $0) } }
    }

    /// The samples themselves. Those of one frame had better stand together: it is opened once then.
    ///
    /// - Parameter part: what of them is wanted. Who wants figures gets samples of these alone.
    func read(_ samples: [HeldSample], _ part: SamplePart = .whole) -> [Sample] {
        samples.compactMap { sample in
            numbers[sample.key].flatMap { contents[$0].sample(sample.number, codec, part) }
        }
    }

    /// Their figures; of a frame nothing else is unpacked.
    func figures(_ samples: [HeldSample]) -> [PastFigures] {
        samples.compactMap { sample in
            numbers[sample.key].flatMap { contents[$0].figures(of: sample.number, codec) }
                .map { PastFigures(t: sample.t, bytes: $0) }
        }
    }

    /// The samples of keys without a host that name this one, by its folded name; by key, oldest first.
    func samples(claiming host: ExactText) -> [(key: String, samples: [HeldSample])] {
        (claims[host] ?? [:]).keys.sorted().map { key in
            (key.text, held(of: key.text).filter { Origin.folded($0.host) == host }.reversed())
        }
    }

    /// The time span of a key's samples. O(1).
    func span(of key: String) -> (samples: Int, firstT: Double, lastT: Double)? {
        guard let number = numbers[ExactText(key)] else { return nil }
        let content = contents[number]
        guard let first = content.order.first, let last = content.order.last else { return nil }
        return (content.count, content.slot(first).t, content.slot(last).t)
    }

    /// Whether the window holds a sample of that key.
    func holds(key: ExactText) -> Bool { numbers[key] != nil }

    /// The names of the keys that have samples, sorted.
    var keyNames: [String] { sorted.entries.map(\.name.text) }

    /// What is held of a key that came last, by `t`; any where only the key is asked for.
    func newestHeld(of key: String) -> HeldSample? { numbers[ExactText(key)].flatMap { newestHeld(of: $0) } }

    func newestHeld(of number: Int) -> HeldSample? { contents[number].order.last.map(contents[number].held) }

    func frame(of sample: HeldSample) -> SealedFrame? {
        numbers[sample.key].flatMap { key in
            contents[key].frameIndex(of: sample.number).map { contents[key].frames[$0] }
        }
    }
}

/// From when on the window holds what came.
public struct WindowDepth: Sendable, Equatable {
    /// The time from which on more than half of the hosts are held whole, Unix epoch in ms; nil where that is the
    /// configured age.
    public let from: Double?
    /// How far back that is from the time at which it was asked, ms; the configured age at most.
    public let ms: Double
    /// How far back the window is to reach, ms.
    public let ageMs: Double

    /// A depth as given.
    public init(from: Double?, ms: Double, ageMs: Double) {
        self.from = from
        self.ms = ms
        self.ageMs = ageMs
    }

    /// Depths that differ by less are the same: keys that just fit count as whole.
    static let tolerance = 0.97
}

extension SampleWindow {
    /// How far back the window reaches, as far as its limits go: what Redis never had is not missed. O(hosts).
    ///
    /// By the hosts, so that one that writes without measure shortens no other's time.
    func depth(now: Double) -> WindowDepth {
        let lost = shares.shares.compactMap { $0?.lostUntil }.sorted()
        guard let middle = lost.isEmpty ? nil : lost[lost.count / 2],
            now - middle < WindowDepth.tolerance * limits.ageMs
        else { return WindowDepth(from: nil, ms: limits.ageMs, ageMs: limits.ageMs) }
        return WindowDepth(from: middle, ms: max(0, now - middle), ageMs: limits.ageMs)
    }
}
