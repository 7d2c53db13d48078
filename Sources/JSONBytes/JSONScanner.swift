/// Checks JSON texts and finds values in them without building anything.
///
/// It is strict: RFC 8259 in UTF-8, no bytes after the value, and no nesting deeper than `maxDepth` (at most 1,024).
/// Escapes with a lone surrogate are errors unless the caller allows them.
public enum JSONScanner {
    /// How deep arrays and objects may nest by default.
    public static let defaultMaxDepth = 64

    /// Checks that `bytes` are one JSON text.
    public static func validate(
        _ bytes: some Collection<UInt8>, maxDepth: Int = defaultMaxDepth
    ) throws(JSONError) {
        try JSONCursor.run(over: bytes, maxDepth: maxDepth) { (cursor) throws(JSONError) in
            try cursor.value()
            try cursor.end()
        }
    }

    /// Checks that `bytes` are one JSON object and finds the values of `keys`.
    ///
    /// - Parameters:
    ///   - keys: names to look for. Escapes in the object's names are decoded before they are compared.
    ///   - refusesDoubles: whether a name that occurs twice is an error. Readers of JSON disagree here: some take the
    ///     first value, others the last.
    /// - Returns: for each of `keys`, the offsets of its raw value from the start of `bytes`; `nil` where the object
    ///   has no such key. If a key occurs twice, the first one counts.
    public static func topLevelValues(
        _ bytes: some Collection<UInt8>, keys: [StaticString], refusesDoubles: Bool = false,
        maxDepth: Int = defaultMaxDepth
    ) throws(JSONError) -> [Range<Int>?] {
        try scan(bytes, keys, refusesDoubles: refusesDoubles, maxDepth: maxDepth) { _ in }
    }

    /// The same, where no name may stand twice, and beside it where each member stands, in their order.
    public static func topLevelMembers(
        _ bytes: some Collection<UInt8>, keys: [StaticString], maxDepth: Int = defaultMaxDepth
    ) throws(JSONError) -> (values: [Range<Int>?], members: [JSONMember]) {
        var members: [JSONMember] = []
        members.reserveCapacity(32)
        let values = try scan(bytes, keys, refusesDoubles: true, maxDepth: maxDepth) { members.append($0) }
        return (values, members)
    }

    private static func scan(
        _ bytes: some Collection<UInt8>, _ keys: [StaticString], refusesDoubles: Bool, maxDepth: Int,
        _ take: (JSONMember) -> Void
    ) throws(JSONError) -> [Range<Int>?] {
        try JSONCursor.run(over: bytes, maxDepth: maxDepth) { (cursor) throws(JSONError) in
            var found = [Range<Int>?](repeating: nil, count: keys.count)
            var names = refusesDoubles ? NameSet(of: cursor.bytes) : nil
            guard try cursor.peek() == UInt8(ascii: "{") else { throw .notExpectedType(offset: cursor.offset) }
            try cursor.object { (cursor, key) throws(JSONError) in
                if names?.insert(key) == false { throw .duplicateMember(offset: key.lowerBound) }
                let name = UnsafeBufferPointer(rebasing: cursor.bytes[key])
                let index = keys.firstIndex { spells(name, $0) } ?? indexOfEscaped(cursor.bytes[key], in: keys)
                let range = try cursor.value()
                if let index, found[index] == nil { found[index] = range }
                take(JSONMember(name: key, value: range))
            }
            try cursor.end()
            return found
        }
    }

    private static func spells(_ name: some Collection<UInt8>, _ key: StaticString) -> Bool {
        key.utf8CodeUnitCount == name.count
            && name.elementsEqual(UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    }

    private static func indexOfEscaped(_ name: Slice<UnsafeBufferPointer<UInt8>>, in keys: [StaticString]) -> Int? {
        guard name.contains(UInt8(ascii: "\\")) else { return nil }
        let text = JSONValue.text(of: name)
        return keys.firstIndex { spells(text.utf8, $0) }
    }

    /// Checks that `bytes` are one JSON array and gives the offsets of each element's raw value.
    public static func elements(
        ofArray bytes: some Collection<UInt8>, maxDepth: Int = defaultMaxDepth, allowsLoneSurrogates: Bool = false
    ) throws(JSONError) -> [Range<Int>] {
        try JSONCursor.run(over: bytes, maxDepth: maxDepth, allowsLoneSurrogates: allowsLoneSurrogates) {
            (cursor) throws(JSONError) in
            var ranges: [Range<Int>] = []
            guard try cursor.peek() == UInt8(ascii: "[") else { throw .notExpectedType(offset: cursor.offset) }
            try cursor.array { (cursor) throws(JSONError) in ranges.append(try cursor.value()) }
            try cursor.end()
            return ranges
        }
    }
}

extension JSONScanner {
    /// Checks that `bytes` are one JSON object and gives its members in their order: each name with its escapes
    /// decoded, and the offsets of its raw value. A name that occurs twice is listed twice.
    public static func members(
        ofObject bytes: some Collection<UInt8>, maxDepth: Int = defaultMaxDepth
    ) throws(JSONError) -> [(name: String, value: Range<Int>)] {
        try JSONCursor.run(over: bytes, maxDepth: maxDepth) { (cursor) throws(JSONError) in
            var members: [(name: String, value: Range<Int>)] = []
            guard try cursor.peek() == UInt8(ascii: "{") else { throw .notExpectedType(offset: cursor.offset) }
            try cursor.object { (cursor, key) throws(JSONError) in
                let name = JSONValue.text(of: cursor.bytes[key])
                members.append((name, try cursor.value()))
            }
            try cursor.end()
            return members
        }
    }
}

/// Where a member of an object stands, in offsets from the start of the bytes that were scanned.
public struct JSONMember: Sendable, Equatable {
    /// The name between its quotes, escapes as they stand.
    public let name: Range<Int>
    /// The raw value.
    public let value: Range<Int>

    /// Name and value, from the quote before the one to the end of the other.
    public var text: Range<Int> { name.lowerBound - 1..<value.upperBound }
}

/// Why bytes are not a JSON text (RFC 8259), and at which offset.
public enum JSONError: Error, Equatable, Sendable {
    /// A byte that cannot stand at this place.
    case unexpectedByte(UInt8, offset: Int)
    /// The text ends before its value does.
    case unexpectedEnd(offset: Int)
    /// Bytes that are not UTF-8. By RFC 3629 that includes overlong forms, surrogates and values above U+10FFFF.
    case invalidUTF8(offset: Int)
    /// An unknown escape, or a `\u` surrogate without its pair.
    case invalidEscape(offset: Int)
    /// Arrays and objects nested deeper than `limit`.
    case tooDeep(limit: Int, offset: Int)
    /// Something other than white space after the value.
    case trailingBytes(offset: Int)
    /// A name that occurs twice in one object, where that is not allowed. The offset is that of the second.
    case duplicateMember(offset: Int)
    /// A valid value of another type than the caller needs.
    case notExpectedType(offset: Int)
}
