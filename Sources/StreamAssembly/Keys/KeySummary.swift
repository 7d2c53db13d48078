import JSONBytes

/// A key in the window: what the event `keys` and `/api/v1/keys` tell.
public struct KeySummary: Sendable, Equatable {
    /// The Redis key.
    public let key: String
    /// Its host.
    public let host: String
    /// Its probe.
    public let probe: String
    /// Samples in the window.
    public let samples: Int
    /// The oldest sample's time, Unix epoch in ms.
    public let firstT: Double
    /// The newest sample's time, Unix epoch in ms.
    public let lastT: Double

    /// `{"ok": true, "keys": [{"key", "host", "probe", "samples", "firstT", "lastT"}, …]}`
    public static func encode(_ keys: [KeySummary]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128 * keys.count + 32)
        writer.beginObject()
        writer.key("ok")
        writer.bool(true)
        writer.key("keys")
        writer.beginArray()
        for key in keys { key.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// `{"key", "host", "probe", "samples", "firstT", "lastT"}`
    public var encoded: [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128)
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("key")
        writer.string(key)
        writer.key("host")
        writer.string(host)
        writer.key("probe")
        writer.string(probe)
        writer.key("samples")
        writer.integer(samples)
        writer.key("firstT")
        writer.number(firstT)
        writer.key("lastT")
        writer.number(lastT)
        writer.endObject()
    }
}
