import JSONBytes

/// The envelope's end: what is known only when the rest is written. `flags` is the very last key.
package struct SampleTrailer: Sendable {
    /// The most bytes a trailer takes.
    static let reserve = 120

    var tookUs: UInt64
    var flags: SampleFlags

    func write(into writer: inout JSONWriter) {
        writer.field("tookUs", tookUs)
        writer.key("flags")
        writer.beginArray()
        for name in flags.names { writer.string(name) }
        writer.endArray()
        writer.endObject()
    }
}
