public import JSONBytes

/// How far a client had come on an earlier connection (CONTRACT: `auth.since`).
public struct StreamPosition: Sendable, Equatable {
    /// A position that makes no sense: names the field and what is allowed.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    /// The server run that it got events from.
    public let epoch: String
    /// The last emission that it knows.
    public let seq: UInt64

    /// A position as given.
    public init(epoch: String, seq: UInt64) {
        self.epoch = epoch
        self.seq = seq
    }

    /// Reads `{"epoch": text, "seq": n}`. Other fields are left alone.
    public init(_ value: JSONValue) throws(Invalid) {
        guard let epoch = value["epoch"]?.string else {
            throw Invalid(description: "epoch: a text is needed, as `meta` gave it")
        }
        guard let number = value["seq"]?.number, let seq = UInt64(exactly: number), seq < 1 << 53 else {
            throw Invalid(description: "seq: a whole number is needed, 0 to 9007199254740991, as `meta` gave it")
        }
        self.init(epoch: epoch, seq: seq)
    }
}
