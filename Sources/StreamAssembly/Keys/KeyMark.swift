import JSONBytes

/// What a daemon knew about one key at some time: the rows in a range of scores.
///
/// Two daemons of one Redis, or two runs of one daemon, use it to compare what they know. The range begins above the
/// row just below the oldest sample in the window, and ends with the newest sample.
public struct KeyMark: Sendable, Equatable {
    /// The score that the range begins above; minus infinity if no row below the window was known.
    let above: Double
    /// The greatest score in the range, which is that of the newest sample.
    let newest: Double
    /// The number of rows in the range.
    let count: Int
    /// The wrapping sum of the ``StableHash``es of the rows. It does not depend on their order.
    let sum: UInt64

    init(above: Double, newest: Double, count: Int, sum: UInt64) {
        self.above = above
        self.newest = newest
        self.count = count
        self.sum = sum
    }

    /// Reads a text that ``text`` made.
    init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 4, let above = Double(parts[0]), let newest = Double(parts[1]), newest.isFinite,
            above < newest, let count = Int(parts[2]), let sum = UInt64(parts[3], radix: 36)
        else { return nil }
        self.init(above: above, newest: newest, count: count, sum: sum)
    }

    /// Four fields with commas between them. Clients need not understand it.
    var text: String {
        "\(Self.text(above)),\(Self.text(newest)),\(count),\(String(sum, radix: 36))"
    }

    private static func text(_ score: Double) -> String {
        Int64(exactly: score).map { "\($0)" } ?? "\(score)"
    }
}

/// The marks of some keys, as a client gets them in `meta.t` (Contract.md: resume).
public struct KeyMarks: Sendable, Equatable {
    enum Mark: Sendable, Equatable {
        /// Once the client has taken the event, it knows the key as the mark says.
        case settled(KeyMark)
        /// The client holds nothing of the key.
        case empty
        /// Unknown, or a later event tells more about the key. A client that is cut off now cannot get what it missed.
        case unsettled
    }

    private var marks: [ExactText: Mark] = [:]

    /// No keys.
    public init() {}

    /// As a client gives them back: nil for a key of which nothing is certain.
    var known: [String: KeyMark?] {
        var known: [String: KeyMark?] = [:]
        for (key, mark) in marks {
            switch mark {
            case .settled(let mark): known[key.text] = .some(mark)
            case .unsettled: known[key.text] = .some(nil)
            case .empty: continue
            }
        }
        return known
    }

    /// Whether there are no keys.
    public var isEmpty: Bool { marks.isEmpty }

    subscript(key: String) -> Mark? {
        get { marks[ExactText(key)] }
        set { marks[ExactText(key)] = newValue }
    }

    /// The most bytes that they take in a `meta`.
    public var byteCount: Int { marks.keys.reduce(0) { $0 + Self.size(of: $1.text) } }

    /// The most that the mark of one key takes: `"KEY":"above,newest,count,sum",`, two scores of 24 characters at most, a
    /// count of 19 and a sum of 13.
    static func size(of key: String) -> Int { Snapshot.mostWritten(key) + 90 }

    /// Takes what `other` says about these keys.
    public mutating func take(_ keys: some Sequence<String>, from other: KeyMarks) {
        for key in keys {
            if let mark = other[key] { self[key] = mark }
        }
    }

    /// Takes back what is said of those keys about which a later event tells more.
    ///
    /// - Parameter later: the keys of the later events.
    public mutating func unsettle(_ later: KeyMarks) {
        for key in marks.keys where later.marks[key] != nil { marks[key] = .unsettled }
    }

    /// Takes everything that `other` says.
    public mutating func take(_ other: KeyMarks) {
        marks.merge(other.marks) { $1 }
    }

    /// What of them may be told within bounds; nil for nothing.
    ///
    /// A mark sums up whole members. So it is not for those who may not see their details: with it they could try out
    /// what stands there. And nothing is certain to them of a key without a host, because its mark counts the members of
    /// all its hosts.
    public func within(_ bounds: SelectionBounds, prefix: String) -> KeyMarks? {
        guard bounds.details else { return nil }
        var told = KeyMarks()
        for (name, mark) in marks {
            let key = StreamKey(name.text, prefix: prefix)
            if key.isNamed {
                if bounds.allow(host: key.host, probe: key.probe) { told.marks[name] = mark }
            } else {
                told.marks[name] = .unsettled
            }
        }
        return told
    }

    /// `{KEY: text, …}`, with null for a key that is gone, and an empty text for one that is not settled.
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

/// A 64-bit hash that is the same in every process and on every machine, unlike the standard library's.
///
/// It tells apart the rows of one key, and is never compared across keys. So somebody who makes members that collide
/// can only deceive clients about that key.
enum StableHash {
    private static let first: UInt64 = 0x9e37_79b9_7f4a_7c15
    private static let second: UInt64 = 0xd1b5_4a32_d192_ed03

    static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var hash = mix(seed ^ first, UInt64(bytes.count) ^ second)
            var offset = 0
            while offset + 8 <= bytes.count {
                hash = mix(
                    hash ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)), second)
                offset += 8
            }
            var rest: UInt64 = 0
            while offset < bytes.count {
                rest = rest << 8 | UInt64(bytes[offset])
                offset += 1
            }
            return mix(hash ^ rest, first)
        }
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low ^ left
    }
}
