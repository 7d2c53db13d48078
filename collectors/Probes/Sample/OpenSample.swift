package import JSONBytes
package import SampleContract

/// A sample whose object is still open: header and body are written, and the end is a value.
///
/// That value takes what is known last: losses, a step of the clock, and that the sample is late. So finished JSON is
/// never edited, and the bytes are made once, when the sample goes to Redis.
package struct OpenSample: Sendable {
    package let probe: String
    /// The score, Unix epoch in ms.
    package let epochMs: Int64
    /// Header and body. The object is open.
    private let json: JSONWriter
    /// Whether the body has its own member `lost`, so that no second one may be added.
    private let hasOwnLost: Bool

    /// Its CPU time; nil if that is not known.
    package var tookUs: UInt64?
    /// By how much the system's clock was set since the last sample; below 0 if it was set back.
    package var clockStepMs: Int64?
    /// How many samples of the key were dropped before this one.
    package var lost: UInt64 = 0
    package var flags: SampleFlags

    /// The most bytes of the end, for bodies with a limit.
    static let endReserve = 120

    /// `json` begins with the header, and its object is open.
    package init(
        _ header: SampleHeader, _ json: JSONWriter, tookUs: UInt64? = nil, flags: SampleFlags, hasOwnLost: Bool = false
    ) {
        probe = header.id.probe
        epochMs = header.epochMs
        self.json = json
        self.tookUs = tookUs
        self.flags = flags
        self.hasOwnLost = hasOwnLost
    }

    /// The whole sample for Redis. `flags` is the last member.
    package var bytes: [UInt8] {
        var json = json
        if let tookUs { json.field("tookUs", tookUs) }
        if let clockStepMs { json.field("clockStepMs", signed: clockStepMs) }
        if lost > 0, !hasOwnLost { json.field("lost", lost) }
        json.key("flags")
        json.beginArray()
        for name in flags.names { json.string(name) }
        json.endArray()
        json.endObject()
        return json.bytes
    }
}

/// The beginning of every sample, the same for every probe.
package struct SampleHeader: Sendable {
    package var id: SampleID
    package var epochMs: Int64
    package var boot: String?
    package var intervalMs: Int
    /// Real time since the last reading; nil for the first one.
    package var dtMs: Double?

    package init(id: SampleID, epochMs: Int64, boot: String?, intervalMs: Int, dtMs: Double?) {
        self.id = id
        self.epochMs = epochMs
        self.boot = boot
        self.intervalMs = intervalMs
        self.dtMs = dtMs
    }

    /// Opens the object. `id` is the first key, where followers find it fastest.
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", id.description)
        writer.field("host", id.host)
        writer.field("probe", id.probe)
        writer.field("t", signed: epochMs)
        writer.key("v")
        writer.integer(SampleSchema.version)
        writer.field("boot", boot)
        writer.field("seq", id.seq)
        writer.field("intervalMs", UInt64(max(0, intervalMs)))
        writer.field("dtMs", dtMs, decimals: 1)
    }

    /// The same, and which members are details: tables that only those want who look at this host (Contract.md).
    package func write(into writer: inout JSONWriter, details: [StaticString]) {
        write(into: &writer)
        writer.key("details")
        writer.beginArray()
        for name in details { writer.string(name) }
        writer.endArray()
    }
}
