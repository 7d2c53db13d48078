import JSONBytes

/// The second argument of every event: which emission of which server run it is.
public struct Meta: Sendable, Equatable {
    /// Why an event was sent; deltas have none but after `resume`.
    public enum Reason: String, Sendable {
        /// The first `updates` of a connection.
        case connect
        /// After `subscribe`.
        case subscribe
        /// The client's state has to be replaced.
        case resync
        /// After `resume`, or on a connection that goes on where an earlier one ended.
        case resume
    }

    /// Names the server run.
    public let epoch: String
    /// The last emission that the event contains.
    public let seq: UInt64
    /// The window's bounds.
    public let limits: WindowLimits
    /// The server's clock, Unix epoch in ms.
    public let now: Double
    /// Why it was sent.
    public let reason: Reason?
    /// How far the event brings the keys that it tells of; nil where that is not told.
    public let marks: KeyMarks?

    /// A meta as given.
    public init(
        epoch: String, seq: UInt64, limits: WindowLimits, now: Double, reason: Reason? = nil, marks: KeyMarks? = nil
    ) {
        self.epoch = epoch
        self.seq = seq
        self.limits = limits
        self.now = now
        self.reason = reason
        self.marks = marks
    }

    /// `{"epoch", "seq", "window": {"samples", "ageMs", "perKey"}, "now", "reason", "t"}`
    public func encode() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 160)
        writer.beginObject()
        writer.key("epoch")
        writer.string(epoch)
        writer.key("seq")
        writer.integer(seq)
        writer.key("window")
        writer.beginObject()
        writer.key("samples")
        writer.integer(limits.samples)
        writer.key("ageMs")
        writer.number(limits.ageMs)
        writer.key("perKey")
        writer.integer(limits.perKey)
        writer.endObject()
        writer.key("now")
        writer.number(now)
        if let reason {
            writer.key("reason")
            writer.string(reason.rawValue)
        }
        if let marks {
            writer.key("t")
            marks.encode(to: &writer)
        }
        writer.endObject()
        return writer.bytes
    }
}
