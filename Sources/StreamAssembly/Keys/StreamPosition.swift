public import JSONBytes

/// How far a client had come on an earlier connection (Contract.md: `auth.since`).
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
    /// What `meta.t` said of each key; nil for a key of which nothing is known, and nil where the client tells none.
    let marks: [String: KeyMark?]?

    /// Whether it may be of use to another daemon.
    public var hasMarks: Bool { marks != nil }

    /// A position as given.
    init(epoch: String, seq: UInt64, marks: [String: KeyMark?]? = nil) {
        self.epoch = epoch
        self.seq = seq
        self.marks = marks
    }

    /// Reads `{"epoch": text, "seq": n, "t": {KEY: text, …}}`; `t` may be missing. Other fields are left alone, and so
    /// is a `t` of another kind, as a later daemon may write it: what it says is unknown then.
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
