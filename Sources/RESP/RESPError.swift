/// Why bytes are not an acceptable RESP2 reply, or a command cannot be formatted.
///
/// After any of these the position in the stream is not known: the connection has to be closed.
package enum RESPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A reply began with a byte that is none of `+ - : $ *`.
    case unknownType(UInt8)
    /// What follows `:` is not a 64-bit decimal integer, or what follows `$` or `*` not one of -1 or more.
    case malformedNumber(type: UInt8)
    /// A bulk string was not followed by CR LF.
    case missingTerminator
    case bulkTooLong(declared: Int, limit: Int)
    /// The arrays of one reply declare more elements, all levels summed, than the limit.
    case tooManyElements(declared: Int, limit: Int)
    case nestedTooDeeply(limit: Int)
    case lineTooLong(limit: Int)
    case replyTooLong(limit: Int)
    /// hiredis refused the bytes, in its own words.
    case parser(String)
    case outOfMemory

    package var description: String {
        switch self {
        case .unknownType(let byte):
            "a reply began with byte \(byte), not with one of + - : $ *"
        case .malformedNumber(let type):
            "the number after '\(Character(Unicode.Scalar(type)))' is not a decimal integer that may stand there"
        case .missingTerminator:
            "a bulk string did not end with CR LF"
        case .bulkTooLong(let declared, let limit):
            "a bulk string of \(declared) bytes was announced, at most \(limit) are accepted"
        case .tooManyElements(let declared, let limit):
            "\(declared) array elements were announced in one reply, at most \(limit) are accepted"
        case .nestedTooDeeply(let limit):
            "arrays are nested more than \(limit) deep"
        case .lineTooLong(let limit):
            "a line is longer than \(limit) bytes"
        case .replyTooLong(let limit):
            "one reply is longer than \(limit) bytes"
        case .parser(let message):
            "hiredis: \(message)"
        case .outOfMemory:
            "out of memory"
        }
    }
}
