import JSONBytes

/// The current window for one selection, for the events `updates` and `details`.
public struct Snapshot: Sendable, Equatable {
    /// The last emission that the snapshot contains.
    public let seq: UInt64
    /// The samples, newest level first.
    public let samples: [Sample]
    /// Whether older samples were left out to keep the size limit.
    public let isCut: Bool
    /// What of them it tells.
    public var part = SamplePart.whole

    /// The most bytes that ``encode()`` can give.
    public var byteCount: Int {
        samples.reduce(2) { $0 + Self.size($1.size(of: part), part, id: $1.id, key: $1.key, $1.traits) }
    }

    /// `{"ID": {"t": score, "data": sample}, …}`, with `key` where the sample does not tell it (Contract.md: names in
    /// `updates`); of details a list as ``SampleList`` has it.
    public func encode() -> [UInt8] {
        if part == .details { return SampleList.encode(samples, part) }
        let shared = Self.sharedIDs(samples)
        var writer = JSONWriter(reservingCapacity: byteCount)
        writer.beginObject()
        for sample in samples {
            writer.key(Self.name(of: sample, shared))
            writer.beginObject()
            writer.key("t")
            writer.number(sample.t)
            if !sample.traits.contains(.tellsKey) {
                writer.key("key")
                writer.string(sample.key)
            }
            writer.key("data")
            sample.write(part, to: &writer)
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }

    /// The most that an entry costs, in bytes.
    static func size(of sample: SampleOutline, _ part: SamplePart = .whole) -> Int {
        size(sample.size(of: part), part, id: sample.id, key: sample.key, sample.traits)
    }

    /// - Parameter bytes: how long that part of the sample is.
    private static func size(_ bytes: Int, _ part: SamplePart, id: String, key: String, _ traits: Sample.Traits) -> Int
    {
        // `"":{"t":1763690000123,"data":},`
        var size = 40 + bytes + mostWritten(id)
        // `{"id":"ID","key":"KEY","t":1763690000123,…},`
        if part == .details { return size + 20 + mostWritten(key) }
        // `["KEY","ID"]`
        if !traits.contains(.hasOwnID) { size += 12 + mostWritten(key) }
        // `"key":"KEY",`
        if !traits.contains(.tellsKey) { size += 10 + mostWritten(key) }
        return size
    }

    /// The most bytes of a text when it is a string inside a JSON text that is itself a string.
    static func mostWritten(_ text: String) -> Int {
        text.utf8.reduce(0) { sum, byte in
            switch byte {
            case 0..<0x20: sum + 7
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): sum + 4
            case 0x80...: sum + 3
            default: sum + 1
            }
        }
    }

    // MARK: Names

    /// Ids that occur in several keys. An id that begins with `HOST:PROBE:` of its own key is never one, because no
    /// other key may have it.
    private static func sharedIDs(_ samples: [Sample]) -> Set<ExactText> {
        var seen: Set<ExactText> = []
        var shared: Set<ExactText> = []
        for sample in samples where !sample.traits.contains(.hasOwnID) {
            if !seen.insert(ExactText(sample.id)).inserted { shared.insert(ExactText(sample.id)) }
        }
        return shared
    }

    /// The sample's id, or the JSON text `["KEY","ID"]` if the id alone is ambiguous.
    private static func name(of sample: Sample, _ shared: Set<ExactText>) -> String {
        if sample.traits.contains(.hasOwnID) { return sample.id }
        guard sample.id.utf8.starts(with: "[\"".utf8) || shared.contains(ExactText(sample.id)) else { return sample.id }
        var writer = JSONWriter(reservingCapacity: sample.key.utf8.count + sample.id.utf8.count + 8)
        writer.beginArray()
        writer.string(sample.key)
        writer.string(sample.id)
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// The samples of the events `dUpdates` and `details`.
public enum SampleList {
    /// `[sample, …]`, each as the member has it; of details `[{"id", "key", "t": score, MEMBER: …}, …]`.
    public static func encode(_ samples: some Collection<Sample>, _ part: SamplePart = .whole) -> [UInt8] {
        let around = part == .details ? 320 : 1
        var writer = JSONWriter(reservingCapacity: samples.reduce(2) { $0 + $1.size(of: part) + around })
        writer.beginArray()
        for sample in samples { sample.write(part, to: &writer) }
        writer.endArray()
        return writer.bytes
    }
}

/// The argument of the event `gone`.
public enum GoneList {
    /// `{"keys": […], "ids": […], "samples": [{"key", "id"}, …]}`: the same samples twice, because older clients only
    /// know ids.
    public static func encode(keys: [Emission.RemovedKey], samples: [Emission.RemovedSample]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 64 * keys.count + 128 * samples.count + 48)
        writer.beginObject()
        writer.key("keys")
        writer.beginArray()
        // A key with samples of several hosts is in the list once for each of them.
        var written: Set<ExactText> = []
        for key in keys where written.insert(ExactText(key.key)).inserted { writer.string(key.key) }
        writer.endArray()
        writer.key("ids")
        writer.beginArray()
        for sample in samples { writer.string(sample.id) }
        writer.endArray()
        writer.key("samples")
        writer.beginArray()
        for sample in samples {
            writer.beginObject()
            writer.key("key")
            writer.string(sample.key)
            writer.key("id")
            writer.string(sample.id)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
