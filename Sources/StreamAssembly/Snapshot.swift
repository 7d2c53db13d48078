import JSONBytes

/// The window as it stands for one selection: what `updates` carries.
public struct Snapshot: Sendable, Equatable {
    /// What an entry costs besides `id` and sample: `"":{"t":1763690000123,"data":},`.
    static let overhead = 40

    /// The last emission that the snapshot contains.
    public let seq: UInt64
    /// The samples, newest level first.
    public let samples: [Sample]
    /// Whether older samples were left out for the sake of the size.
    public let isCut: Bool

    /// `{"ID": {"t": score, "data": sample}, …}`
    public func encode() -> [UInt8] {
        let size = samples.reduce(2) { $0 + $1.bytes.count + $1.id.utf8.count + Self.overhead }
        var writer = JSONWriter(reservingCapacity: size)
        writer.beginObject()
        for sample in samples {
            writer.key(sample.id)
            writer.beginObject()
            writer.key("t")
            writer.number(sample.t)
            writer.key("data")
            writer.raw(sample.bytes)
            writer.endObject()
        }
        writer.endObject()
        return writer.bytes
    }
}

/// What `dUpdates` carries.
public enum SampleList {
    /// `[sample, …]`, each as the member has it.
    public static func encode(_ samples: some Collection<Sample>) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: samples.reduce(2) { $0 + $1.bytes.count + 1 })
        writer.beginArray()
        for sample in samples { writer.raw(sample.bytes) }
        writer.endArray()
        return writer.bytes
    }
}

/// What `gone` carries.
public enum GoneList {
    /// `{"keys": […], "ids": […]}`
    public static func encode(keys: [Emission.RemovedKey], samples: [Emission.RemovedSample]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 64 * (keys.count + samples.count) + 32)
        writer.beginObject()
        writer.key("keys")
        writer.beginArray()
        // A key that held several hosts' samples stands there once for each of them.
        var written: Set<ExactText> = []
        for key in keys where written.insert(ExactText(key.key)).inserted { writer.string(key.key) }
        writer.endArray()
        writer.key("ids")
        writer.beginArray()
        for sample in samples { writer.string(sample.id) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
