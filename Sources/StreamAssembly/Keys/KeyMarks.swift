import JSONBytes

/// The marks of some keys, as `meta.t` carries them to a client (CONTRACT: resume).
public struct KeyMarks: Sendable, Equatable {
    enum Mark: Sendable, Equatable {
        /// The key is as the mark says once the client has taken the event.
        case settled(KeyMark)
        /// The client holds nothing of the key.
        case empty
        /// Not known, or a later event tells more of the key: whoever is cut off now cannot be told what it missed.
        case unsettled
    }

    private var marks: [ExactText: Mark] = [:]

    /// No keys.
    public init() {}

    /// Whether there are no keys.
    public var isEmpty: Bool { marks.isEmpty }

    subscript(key: String) -> Mark? {
        get { marks[ExactText(key)] }
        set { marks[ExactText(key)] = newValue }
    }

    /// Takes over what `other` says of these keys.
    public mutating func take(_ keys: some Sequence<String>, from other: KeyMarks) {
        for key in keys {
            if let mark = other[key] { self[key] = mark }
        }
    }

    /// The same keys, of which a later event tells more.
    public var unsettled: KeyMarks {
        var result = self
        result.marks = marks.mapValues { _ in .unsettled }
        return result
    }

    /// Takes over all that `other` says.
    public mutating func take(_ other: KeyMarks) {
        marks.merge(other.marks) { $1 }
    }

    /// `{KEY: text, …}`; null for a key that is gone, an empty text for one that is not settled.
    func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        for (key, mark) in marks.sorted(by: { $0.key < $1.key }) {
            writer.key(key.text)
            switch mark {
            case .settled(let mark): writer.string(mark.text)
            case .empty: writer.null()
            case .unsettled: writer.string("")
            }
        }
        writer.endObject()
    }
}
