/// What is wrong with the text of a Redis URL. Descriptions never repeat the user or password part.
package enum RedisURLError: Error, Sendable, Hashable, CustomStringConvertible {
    case unknownScheme(String)
    case missingHost
    case invalidHost(String)
    case invalidPort(String)
    case invalidDatabase(String)
    case missingMasterName
    case invalidMasterName(String)
    case missingSocketPath
    case socketPathTooLong(bytes: Int)
    case userWithoutPassword
    case emptyPassword
    case unencodedPassword
    /// `%` not followed by two hexadecimal digits, or bytes that are not UTF-8, in the named part.
    case invalidPercentEncoding(part: String)
    case invalidCharacter(part: String)
    case unknownParameter(String)
    case unexpectedFragment

    private static let supported =
        "redis://[USER:PASSWORD@]HOST[:PORT][/DB], unix://[USER:PASSWORD@]/PATH[?db=DB] or "
        + "redis+sentinel://[USER:PASSWORD@]HOST[:PORT][,HOST…]/MASTER[/DB]; rediss for TLS"

    package var description: String {
        switch self {
        case .unknownScheme(let scheme):
            "'\(scheme)' is not a Redis URL scheme; supported: \(Self.supported)"
        case .missingHost:
            "the host is missing; expected \(Self.supported)"
        case .invalidHost(let host):
            "'\(host)' is not a host name or address; an IPv6 address stands in brackets, as in redis://[::1]:6379"
        case .invalidPort(let port):
            "port '\(port)' is not an integer from 1 to 65535"
        case .invalidDatabase(let database):
            "database '\(database)' is not an integer from 0 to \(Int32.max)"
        case .missingMasterName:
            "the master's name is missing; expected redis+sentinel://HOST[:PORT][,HOST[:PORT]…]/MASTER[/DB]"
        case .invalidMasterName(let name):
            "'\(name)' is not a master's name: letters, digits, '.', '-' and '_'"
        case .missingSocketPath:
            "the path of the socket is missing or not absolute; expected unix:///PATH[?db=DB]"
        case .socketPathTooLong(let bytes):
            "the path of the socket has \(bytes) bytes, the system takes at most \(RedisEndpoint.socketPathBytes)"
        case .userWithoutPassword:
            "one word before '@' is neither user nor password; write :PASSWORD@ or USER:PASSWORD@"
        case .emptyPassword:
            "the password before '@' is empty"
        case .unencodedPassword:
            "a '/' or '?' stands before '@'; in user and password write %2F and %3F"
        case .invalidPercentEncoding(let part):
            "the \(part) holds a '%' that is not followed by two hexadecimal digits, or is not UTF-8"
        case .invalidCharacter(let part):
            "the \(part) holds a blank or a control character; write it as %XX"
        case .unknownParameter(let name):
            "parameter '\(name)' is unknown; known: db"
        case .unexpectedFragment:
            "'#' has no meaning in a Redis URL; write it as %23"
        }
    }
}
