/// Where a sample stands in the spool.
struct SpoolPlace: Sendable, Equatable {
    var segment: UInt64
    var offset: Int
    /// Of the whole record.
    var length: Int

    var end: Int { offset + length }
}
