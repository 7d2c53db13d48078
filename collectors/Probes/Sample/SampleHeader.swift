import JSONBytes

/// The envelope's beginning, the same for every probe.
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

    /// Version of the sample schema.
    static let schema = 1

    /// Opens the object; `id` is the first key, where followers find it fastest.
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", id.description)
        writer.field("host", id.host)
        writer.field("probe", id.probe)
        writer.key("t")
        writer.integer(epochMs)
        writer.key("v")
        writer.integer(Self.schema)
        writer.field("boot", boot)
        writer.field("seq", id.seq)
        writer.field("intervalMs", UInt64(max(0, intervalMs)))
        writer.field("dtMs", dtMs, decimals: 1)
    }
}
