/// Why bytes are no JSON text (RFC 8259), and at which offset.
public enum JSONError: Error, Equatable, Sendable {
    /// A byte that cannot stand at this place.
    case unexpectedByte(UInt8, offset: Int)
    /// The text ends before its value does.
    case unexpectedEnd(offset: Int)
    /// Bytes that are no UTF-8 (RFC 3629: overlong forms, surrogates and values above U+10FFFF included).
    case invalidUTF8(offset: Int)
    /// An escape that is none, or a `\u` surrogate without its pair.
    case invalidEscape(offset: Int)
    /// Arrays and objects nested deeper than `limit`.
    case tooDeep(limit: Int, offset: Int)
    /// Something other than white space after the value.
    case trailingBytes(offset: Int)
    /// An object with a name that stood in it before, where that is not allowed; the offset of the second.
    case duplicateMember(offset: Int)
    /// A valid value of another type than the caller needs.
    case notExpectedType(offset: Int)
}
