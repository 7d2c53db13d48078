package import JSONBytes
package import SampleContract

/// A sample whose object is still open: header and body are written, the end is a value.
///
/// What is known last goes into that value: losses, a step of the clock, that the sample is late. So nothing edits JSON
/// that is finished, and the bytes are made once, when the sample goes to Redis.
package struct OpenSample: Sendable {
    package let probe: String
    /// The score, Unix epoch in ms.
    package let epochMs: Int64
    /// Header and body; the object is open.
    private let json: JSONWriter
    /// The body has a member `lost` of its own, which nothing may double.
    private let hasOwnLost: Bool

    /// What it cost, CPU time; nil where that is not known.
    package var tookUs: UInt64?
    /// By how much the system's clock was set since the sample before, below 0 where it was set back.
    package var clockStepMs: Int64?
    /// Samples of the key that gave way before this one.
    package var lost: UInt64 = 0
    package var flags: SampleFlags

    /// The most bytes that the end takes, for bodies that are kept within a bound.
    static let endReserve = 120

    /// `json` begins with the header and is not closed.
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

    /// The whole sample, as Redis gets it. `flags` is the very last member.
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
    /// Real time since the last reading; nil for the first.
    package var dtMs: Double?

    package init(id: SampleID, epochMs: Int64, boot: String?, intervalMs: Int, dtMs: Double?) {
        self.id = id
        self.epochMs = epochMs
        self.boot = boot
        self.intervalMs = intervalMs
        self.dtMs = dtMs
    }

    /// Opens the object; `id` is the first key, where followers find it fastest.
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
}
