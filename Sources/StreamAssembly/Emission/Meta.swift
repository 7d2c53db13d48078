import JSONBytes

/// The second argument of every event: it says which emission of which server run this is.
public struct Meta: Sendable, Equatable {
    /// Why an event was sent. Deltas have a reason only after `resume`.
    public enum Reason: String, Sendable {
        /// The first `updates` of a connection.
        case connect
        /// After `subscribe`.
        case subscribe
        /// The client has to replace its state.
        case resync
        /// After `resume`, or on a connection that goes on where an earlier one ended.
        case resume
    }

    /// The name of the server run.
    public let epoch: String
    /// The last emission that the event contains.
    public let seq: UInt64
    /// The limits of the window.
    public let limits: WindowLimits
    /// The time from which on the window holds what came, if it does not reach back as far as its age; see ``WindowDepth``.
    public let heldFrom: Double?
    /// The server's clock, Unix epoch in ms.
    public let now: Double
    /// Why the event was sent.
    public let reason: Reason?
    /// The state of the event's keys after it; nil if that is not told.
    public let marks: KeyMarks?

    /// Makes a meta from these values.
    public init(
        epoch: String, seq: UInt64, limits: WindowLimits, heldFrom: Double? = nil, now: Double, reason: Reason? = nil,
        marks: KeyMarks? = nil
    ) {
        self.epoch = epoch
        self.seq = seq
        self.limits = limits
        self.heldFrom = heldFrom
        self.now = now
        self.reason = reason
        self.marks = marks
    }

    /// `{"epoch", "seq", "window": {"samples", "ageMs", "perKey", "from"}, "now", "reason", "t"}`
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
        if let heldFrom {
            writer.key("from")
            writer.number(heldFrom)
        }
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
