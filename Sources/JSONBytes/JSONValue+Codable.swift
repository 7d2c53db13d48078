/// Decodes from whatever a decoder holds, and encodes to the same JSON.
///
/// Numbers are doubles as in JavaScript: integers beyond 2^53 lose their last digits.
extension JSONValue: Codable {
    /// Takes what the decoder holds, whatever its kind.
    ///
    /// - Throws: `DecodingError` if that is not a JSON value, such as the date of a property list.
    public init(from decoder: any Decoder) throws {
        if let elements = try? [JSONValue](from: decoder) {
            self = .array(elements)
            return
        }
        if let members = try? [String: JSONValue](from: decoder) {
            self = .object(members)
            return
        }
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else {
            self = .string(try container.decode(String.self))
        }
    }

    /// Encodes the value itself. A whole number that fits an `Int` is written without a decimal point.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int64(exactly: value), value != 0 || value.sign == .plus {
                try container.encode(whole)
            } else {
                try container.encode(value)
            }
        case .string(let value): try container.encode(value)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}

// For example `["name": "mara", "age": 41, "tags": ["a", "b"]]`. Write null as `.null`: `nil` would mean "no value".

extension JSONValue: ExpressibleByBooleanLiteral {
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    /// A number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
}

extension JSONValue: ExpressibleByFloatLiteral {
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSONValue: ExpressibleByStringInterpolation {
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// If a key occurs twice, the first one counts, as in a parsed text.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { first, _ in first })
    }
}

extension JSONValue: CustomStringConvertible {
    /// The JSON text, with members in the order of their names. A number that has no JSON form becomes `null`.
    public var description: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The element at that index; nil if there is none, or if this is not an array.
    public subscript(_ index: Int) -> JSONValue? {
        if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
    }
}
