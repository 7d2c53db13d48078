@testable import StreamAssembly

/// Factories: only what a test is about has to be said.
extension Sample {
    static func make(_ id: String, t: Double, key: String = "sa:{a}:top", size: Int = 10, hash: UInt64? = nil) -> Sample
    {
        let name = StreamKey(key, prefix: "sa")
        return Sample(
            key: key, host: name.host, probe: name.probe, id: id, t: t, bytes: [UInt8](repeating: 0x20, count: size),
            memberHash: hash ?? UInt64(truncatingIfNeeded: "\(id)@\(t)".hashValue), traits: name.isNamed ? .all : [])
    }
}

extension Sample {
    /// One with details: first, amid the others and last, as the bits of `places` say, so long that the whole is `size`
    /// and a little.
    static func detailed(
        _ id: String, t: Double, key: String = "sa:{a}:top", places: Int = 7, size: Int = 10, hash: UInt64? = nil
    ) -> Sample {
        let name = StreamKey(key, prefix: "sa")
        let text = String(repeating: "d", count: size)
        var members = [#""id":"\#(id)""#, #""n":\#(t)"#, #""details":["p","q","r"]"#]
        if places & 4 != 0 { members.append(#""r" : {"rows":["\#(text)"]}"#) }
        if places & 2 != 0 { members.insert(#""q":["\#(text)"]"#, at: 2) }
        if places & 1 != 0 { members.insert(#""p": "\#(text)""#, at: 0) }
        return Sample(
            key: key, host: name.host, probe: name.probe, id: id, t: t,
            bytes: Array("{\(members.joined(separator: " , "))}".utf8),
            memberHash: hash ?? UInt64(truncatingIfNeeded: "\(id)@\(t)".hashValue), traits: name.isNamed ? .all : [])
    }
}

extension Row {
    static func make(_ id: String, t: Double, more: String = "") -> Row {
        .raw(#"{"id":"\#(id)","t":\#(Int(t))\#(more)}"#, t: t)
    }

    static func raw(_ member: String, t: Double) -> Row { raw(Array(member.utf8), t: t) }

    static func raw(_ member: [UInt8], t: Double) -> Row {
        Row(score: t, member: member, memberHash: UInt64(truncatingIfNeeded: member.hashValue))
    }

    var id: RowID { RowID(score: score, memberHash: memberHash) }
}

extension WindowLimits {
    /// Holding costs nothing, and age takes all, unless the test is about that.
    static func make(
        samples: Int = 1000, bytes: Int = 1 << 20, ageMs: Double = 1e6, perKey: Int = 1000, keyBytes: Int = 0,
        kept: Int = 0
    ) throws -> Self {
        var limits = try WindowLimits(samples: samples, bytes: bytes, ageMs: ageMs, perKey: perKey)
        limits.costs = .none
        limits.costs.key = keyBytes
        limits.kept = kept
        return limits
    }
}

extension Sealing {
    static func make(
        unsealed: Int = 1, samples: Int = 2, bytes: Int = .max, mergedSamples: Int = 4, mergedBytes: Int = .max,
        isSpread: Bool = false
    ) -> Self {
        var sealing = Sealing()
        sealing.isSpread = isSpread
        sealing.unsealed = unsealed
        sealing.samples = samples
        sealing.bytes = bytes
        sealing.mergedSamples = mergedSamples
        sealing.mergedBytes = mergedBytes
        return sealing
    }
}

extension SampleWindow {
    /// Every sample, oldest first by the time at which it counts.
    var samples: [Sample] {
        numbers.values.flatMap { number in
            contents[number].order.compactMap { sample in
                contents[number].sample(sample, codec).map { (contents[number].slot(sample).time, $0) }
            }
        }.sorted { left, right in
            if left.0 != right.0 { return left.0 < right.0 }
            if left.1.t != right.1.t { return left.1.t < right.1.t }
            return (ExactText(left.1.key), ExactText(left.1.id)) < (ExactText(right.1.key), ExactText(right.1.id))
        }.map(\.1)
    }

    var ids: [String] { samples.map(\.id) }

    /// The sample of that id, whichever key has it.
    func sample(_ id: String) -> Sample? { samples.first { $0.id == id } }
}

extension StreamAssembler.Configuration {
    static func make(_ limits: WindowLimits = .standard) -> Self {
        var configuration = Self()
        configuration.limits = limits
        return configuration
    }
}

extension Emission.RemovedSample {
    init(id: String, host: String, probe: String) {
        self.init(id: id, host: host, probe: probe, key: "sa:{\(host)}:\(probe)")
    }
}

extension AssemblerState {
    /// All that a reader gets who reads to the end at once, a few bytes at a time.
    func newest(_ selection: Selection, after t: Double, limit: Int, maxBytes: Int = 64) -> [Sample] {
        var cursor = cursor(selection, after: t, limit: limit)
        var samples: [Sample] = []
        while case let page = next(&cursor, maxBytes: maxBytes), !page.isEmpty { samples += page }
        return samples
    }
}

extension AssemblerState {
    /// The marks of all keys of a selection.
    func marks(_ selection: Selection) -> KeyMarks { marks(selection, maxBytes: .max) ?? KeyMarks() }

    /// The samples that a client has missed, however long they are; nil where that is not certain.
    mutating func missed(since marks: [String: KeyMark?], _ selection: Selection, now: Double) -> [Sample]? {
        missed(since: marks, selection, now: now, maxBytes: .max).map { read($0).samples }
    }
}
