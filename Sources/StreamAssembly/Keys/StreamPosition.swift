public import JSONBytes

/// What a client had received on an earlier connection (Contract.md: `auth.since`).
public struct StreamPosition: Sendable, Equatable {
    /// An invalid position. It names the field and what is allowed.
    public struct Invalid: Error, Equatable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    /// The server run that it got events from.
    public let epoch: String
    /// The last emission that it knows.
    public let seq: UInt64
    /// The `meta.t` of each key. Nil for a key about which nothing is known, and nil if the client sends no marks.
    let marks: [String: KeyMark?]?

    /// Whether another daemon can use it.
    public var hasMarks: Bool { marks != nil }

    /// Makes a position from these values.
    init(epoch: String, seq: UInt64, marks: [String: KeyMark?]? = nil) {
        self.epoch = epoch
        self.seq = seq
        self.marks = marks
    }

    /// The same for a daemon that may not compare marks with what it holds.
    public var withoutMarks: StreamPosition { StreamPosition(epoch: epoch, seq: seq) }

    /// Reads `{"epoch": text, "seq": n, "t": {KEY: text, …}}`; `t` may be missing. Other fields are ignored. A `t` of
    /// another form is ignored too, because a later daemon may write one.
    public init(_ value: JSONValue) throws(Invalid) {
        guard let epoch = value["epoch"]?.string else {
            throw Invalid(description: "epoch: a text is needed, as `meta` gave it")
        }
        guard let number = value["seq"]?.number, let seq = UInt64(exactly: number), seq < 1 << 53 else {
            throw Invalid(description: "seq: a whole number is needed, 0 to 9007199254740991, as `meta` gave it")
        }
        self.init(epoch: epoch, seq: seq, marks: value["t"]?.object.map(Self.marks))
    }

    private static func marks(_ given: [String: JSONValue]) -> [String: KeyMark?] {
        given.filter { $0.value != .null }.mapValues { $0.string.flatMap(KeyMark.init) }
    }
}
