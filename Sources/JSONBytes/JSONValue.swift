/// A JSON value in memory: for clients' arguments, not for samples.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// If a key occurs twice, the first one counts.
    case object([String: JSONValue])

    /// Parses one JSON text, as strictly as ``JSONScanner``. If lone surrogates are allowed, each becomes U+FFFD.
    public init(
        parsing bytes: some Collection<UInt8>, maxDepth: Int = JSONScanner.defaultMaxDepth,
        allowsLoneSurrogates: Bool = false
    ) throws(JSONError) {
        self = try JSONCursor.run(over: bytes, maxDepth: maxDepth, allowsLoneSurrogates: allowsLoneSurrogates) {
            (cursor) throws(JSONError) in
            let value = try JSONValue(reading: &cursor)
            try cursor.end()
            return value
        }
    }

    private init(reading cursor: inout JSONCursor) throws(JSONError) {
        switch try cursor.peek() {
        case UInt8(ascii: "\""):
            let range = try cursor.string()
            self = .string(Self.text(of: cursor.bytes[range]))
        case UInt8(ascii: "{"):
            var members: [String: JSONValue] = [:]
            try cursor.object { (cursor, key) throws(JSONError) in
                let name = Self.text(of: cursor.bytes[key])
                let value = try JSONValue(reading: &cursor)
                if members[name] == nil { members[name] = value }
            }
            self = .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try cursor.array { (cursor) throws(JSONError) in elements.append(try JSONValue(reading: &cursor)) }
            self = .array(elements)
        case UInt8(ascii: "t"):
            try cursor.value()
            self = .bool(true)
        case UInt8(ascii: "f"):
            try cursor.value()
            self = .bool(false)
        case UInt8(ascii: "n"):
            try cursor.value()
            self = .null
        default:
            let range = try cursor.value()
            // The grammar is checked already. A number beyond a double's range becomes infinite, as in JavaScript.
            self = .number(Double(String(decoding: cursor.bytes[range], as: UTF8.self)) ?? .infinity)
        }
    }

    /// Decodes what stands between the quotes of a string that was checked.
    static func text(of raw: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        var units: [UInt8] = []
        units.reserveCapacity(raw.count)
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                units.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0c)
            case UInt8(ascii: "n"): units.append(0x0a)
            case UInt8(ascii: "r"): units.append(0x0d)
            case UInt8(ascii: "t"): units.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = unit(&rest)
                if scalar & 0xfc00 == 0xd800 {
                    let behind = rest
                    if rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"),
                        case let low = unit(&rest), low & 0xfc00 == 0xdc00
                    {
                        scalar = 0x10000 + (scalar & 0x3ff) << 10 + low & 0x3ff
                    } else {
                        rest = behind
                    }
                }
                units += Array(String(Unicode.Scalar(scalar) ?? "\u{fffd}").utf8)
            default: units.append(escape)
            }
        }
        return String(decoding: units, as: UTF8.self)
    }

    private static func unit(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 { value = value << 4 | (rest.popFirst().flatMap(JSONCursor.hexadecimalDigit) ?? 0) }
        return value
    }

    /// The member of that name; `nil` if there is none, or if this is not an object.
    public subscript(_ key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    /// The text, if this is a string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The number, if this is one.
    public var number: Double? { if case .number(let value) = self { value } else { nil } }
    /// The truth value, if this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements, if this is an array.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members, if this is an object.
    public var object: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }
}

extension JSONWriter {
    /// Writes a value. Members are sorted by the bytes of their names, so that equal values give equal bytes.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for (name, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                key(name)
                self.value(value)
            }
            endObject()
        }
    }
}
