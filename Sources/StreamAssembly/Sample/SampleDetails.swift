import JSONBytes

/// Which part of its samples somebody wants.
public enum SamplePart: Sendable, Hashable {
    /// Each as its member has it.
    case whole
    /// Without its details.
    case figures
    /// Its details alone, of samples that have any.
    case details
}

/// The details of a sample: the top-level members that it names itself in `details`, such as its tables. The rest of it
/// are its figures (Contract.md: figures and details).
public struct SampleDetails: Sendable, Equatable {
    /// A member that is a detail.
    struct Member: Sendable, Equatable {
        /// `"name":value`
        let text: Range<Int>
        /// What has to be cut out so that the rest is an object without it: with one of the commas beside it.
        let cut: Range<Int>
    }

    /// A sample without details.
    static let none = SampleDetails(members: [], ignored: 0)
    /// The member that names the others.
    static let name: StaticString = "details"
    /// Names in the list at most, and its length in bytes.
    static let mostNames = 16
    static let mostBytes = 4096
    /// What identifies a sample stays with its figures, and so does the list itself. `key` is a member of the event
    /// `details`.
    private static let reserved: Set<String> = ["id", "host", "probe", "t", "key", "details"]

    /// In their order in the sample.
    let members: [Member]
    /// How many names in the list are none of a member that can be a detail: absent, given twice, or reserved; one for
    /// a list that is none, or too long.
    let ignored: Int

    init(members: [Member], ignored: Int) {
        self.members = members
        self.ignored = ignored
    }

    /// Looks for the details of a checked sample.
    init(in bytes: [UInt8]) {
        guard let (values, members) = try? JSONScanner.topLevelMembers(bytes, keys: [Self.name]), let list = values[0]
        else {
            self = .none
            return
        }
        self.init(named: list, among: members, in: bytes)
    }

    /// - Parameters:
    ///   - list: where the value of `details` stands.
    ///   - all: all members of the sample, in their order.
    init(named list: Range<Int>, among all: [JSONMember], in bytes: [UInt8]) {
        var (names, ignored) = Self.names(in: bytes[list])
        let isDetail = all.map { member in Self.take(bytes[member.name], outOf: &names) }
        ignored += names.count
        self.init(members: Self.members(all, isDetail), ignored: ignored)
    }

    /// Whether there are none.
    public var isEmpty: Bool { members.isEmpty }

    /// How long they are, with the commas beside them.
    var byteCount: Int { members.reduce(0) { $0 + $1.cut.count } }

    /// What is left of a sample without them.
    func cut(outOf bytes: [UInt8]) -> [UInt8] {
        if isEmpty { return bytes }
        var figures: [UInt8] = []
        figures.reserveCapacity(bytes.count - byteCount)
        var start = 0
        for member in members {
            figures += bytes[start..<member.cut.lowerBound]
            start = member.cut.upperBound
        }
        return figures + bytes[start...]
    }

    /// The names in the list that may be of details, once each, and how many are not.
    private static func names(in list: ArraySlice<UInt8>) -> (names: [String], ignored: Int) {
        guard list.count <= mostBytes, let elements = try? JSONScanner.elements(ofArray: list) else { return ([], 1) }
        var names: [String] = []
        for element in elements.prefix(mostNames) {
            let raw = list[list.startIndex + element.lowerBound..<list.startIndex + element.upperBound]
            guard let name = Sample.text(raw), !reserved.contains(name), !names.contains(where: { isSame($0, name) })
            else { continue }
            names.append(name)
        }
        return (names, elements.count - names.count)
    }

    /// Whether a member's name is among those, which it leaves then.
    private static func take(_ raw: ArraySlice<UInt8>, outOf names: inout [String]) -> Bool {
        if names.isEmpty { return false }
        let index: Int?
        if raw.contains(UInt8(ascii: "\\")) {
            let quote = CollectionOfOne(UInt8(ascii: "\""))
            let name = Sample.text(Array(quote) + raw + quote) ?? ""
            index = names.firstIndex { isSame($0, name) }
        } else {
            index = names.firstIndex { $0.utf8.count == raw.count && raw.elementsEqual($0.utf8) }
        }
        guard let index else { return false }
        names.remove(at: index)
        return true
    }

    /// A detail goes with the comma before it; details that stand first, with those behind them. One member stays: the
    /// `id` is no detail.
    private static func members(_ all: [JSONMember], _ isDetail: [Bool]) -> [Member] {
        guard let firstFigure = isDetail.firstIndex(of: false) else { return [] }
        return all.indices.filter { isDetail[$0] }.map { index in
            let cut =
                index < firstFigure
                ? all[index].text.lowerBound..<all[index + 1].text.lowerBound
                : all[index - 1].text.upperBound..<all[index].text.upperBound
            return Member(text: all[index].text, cut: cut)
        }
    }

    private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}

extension Sample {
    /// The sample without its details: an object with the same members otherwise, byte for byte.
    ///
    /// Copies what stays; the bytes are not scanned again.
    public var figures: [UInt8] { details.cut(outOf: bytes) }

    /// How many bytes go with its details.
    var detailBytes: Int { details.byteCount }

    /// How long that part of it is, in bytes, without what an event writes around it.
    package func size(of part: SamplePart) -> Int {
        switch part {
        case .whole: bytes.count
        case .figures: bytes.count - detailBytes
        case .details: details.members.reduce(0) { $0 + $1.text.count + 1 }
        }
    }

    /// The sample, its figures, or its details as `{"id", "key", "t": score, MEMBER: …}`.
    func write(_ part: SamplePart, to writer: inout JSONWriter) {
        switch part {
        case .whole: writer.raw(bytes)
        case .figures: writer.raw(figures)
        case .details:
            writer.beginObject()
            writer.key("id")
            writer.string(id)
            writer.key("key")
            writer.string(key)
            writer.key("t")
            writer.number(t)
            for member in details.members { writer.raw(bytes[member.text]) }
            writer.endObject()
        }
    }
}
