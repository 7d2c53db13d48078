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

    /// `sockaddr_un.sun_path` of Linux, less the zero byte at its end.
    static let socketPathBytes = 107

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
            "the path of the socket has \(bytes) bytes, the system takes at most \(Self.socketPathBytes)"
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

extension RedisEndpoint {
    /// Parses `redis://[USER:PASSWORD@]HOST[:PORT][/DB][?db=DB]`, `unix://[USER:PASSWORD@]/PATH[?db=DB]` or
    /// `redis+sentinel://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…]/MASTER[/DB]`; `rediss` is `redis` with TLS.
    ///
    /// USER, PASSWORD and PATH are percent-decoded (RFC 3986 §2.1). The port defaults to 6379, that of a sentinel to
    /// 26379, the database to 0.
    package init(url: String) throws(RedisURLError) {
        guard let colon = url.firstRange(of: "://") else {
            // Without a scheme the text may begin with a password, so it is not repeated.
            throw .unknownScheme(url.contains("@") ? "…" : String(url.prefix(32)))
        }
        let scheme = url[..<colon.lowerBound].lowercased()
        var rest = url[colon.upperBound...]
        switch scheme {
        case "redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel": break
        default: throw .unknownScheme(String(scheme.prefix(32)))
        }
        if rest.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { throw .invalidCharacter(part: "URL") }
        if rest.contains("#") { throw .unexpectedFragment }

        self.init(address: .unix(path: ""), usesTLS: scheme.hasPrefix("rediss"))
        // The last '@' of the authority ends the user part, so that a password may hold a bare '@'.
        let authorityEnd = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) ?? rest.endIndex
        let at = rest[..<authorityEnd].lastIndex(of: "@")
        // What looks like a host or path may be part of a password, so it must not get into a message.
        if rest[authorityEnd...].contains("@"), scheme != "unix" || (at == nil && authorityEnd > rest.startIndex) {
            throw .unencodedPassword
        }
        if let at {
            (username, password) = try Self.credentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if let mark = rest.firstIndex(of: "?") {
            database = try Self.parameters(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        switch scheme {
        case "unix":
            address = .unix(path: try Self.socketPath(rest))
        case "redis+sentinel", "rediss+sentinel":
            var path = rest.split(separator: "/", omittingEmptySubsequences: false)[...]
            let hosts = try Self.sentinels(path.popFirst() ?? "")
            let master = try Self.masterName(path.popFirst() ?? "")
            if let text = path.popFirst(), !text.isEmpty { database = try Self.database(text) }
            if let more = path.first { throw .invalidDatabase(String(more.prefix(32))) }
            address = .sentinels(SentinelGroup(sentinels: hosts, master: master))
        default:
            if let slash = rest.firstIndex(of: "/") {
                let path = rest[rest.index(after: slash)...]
                if !path.isEmpty { database = try Self.database(path) }
                rest = rest[..<slash]
            }
            let server = try Self.hostAndPort(rest, defaultPort: 6379)
            address = .tcp(host: server.host, port: server.port)
        }
    }

    private static func sentinels(_ text: Substring) throws(RedisURLError) -> [RedisHost] {
        var hosts: [RedisHost] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            hosts.append(try hostAndPort(part, defaultPort: 26379))
        }
        return hosts
    }

    /// What Sentinel itself accepts in its configuration.
    private static func masterName(_ text: Substring) throws(RedisURLError) -> String {
        if text.isEmpty { throw .missingMasterName }
        guard text.utf8.count <= 253, text.utf8.allSatisfy(isHostCharacter) else {
            throw .invalidMasterName(String(text.prefix(64)))
        }
        return String(text)
    }

    private static func credentials(_ text: Substring) throws(RedisURLError) -> (user: String?, password: Secret?) {
        guard let colon = text.firstIndex(of: ":") else { throw .userWithoutPassword }
        let user = try percentDecoded(text[..<colon], part: "user")
        let password = try percentDecoded(text[text.index(after: colon)...], part: "password")
        if password.isEmpty { throw .emptyPassword }
        return (user.isEmpty ? nil : user, Secret(password))
    }

    private static func parameters(_ text: Substring) throws(RedisURLError) -> Int {
        var result = 0
        for parameter in text.split(separator: "&") {
            let name = parameter.prefix { $0 != "=" }
            guard name == "db" else { throw .unknownParameter(String(name.prefix(32))) }
            result = try database(parameter.dropFirst(name.count + 1))
        }
        return result
    }

    private static func database(_ text: Substring) throws(RedisURLError) -> Int {
        guard let value = integer(text), value <= Int(Int32.max) else {
            throw .invalidDatabase(String(text.prefix(32)))
        }
        return value
    }

    private static func socketPath(_ text: Substring) throws(RedisURLError) -> String {
        let path = try percentDecoded(text, part: "socket path")
        guard path.hasPrefix("/"), path.utf8.count > 1 else { throw .missingSocketPath }
        guard !path.utf8.contains(0) else { throw .invalidCharacter(part: "socket path") }
        guard path.utf8.count <= RedisURLError.socketPathBytes else { throw .socketPathTooLong(bytes: path.utf8.count) }
        return path
    }

    private static func hostAndPort(_ text: Substring, defaultPort: Int) throws(RedisURLError) -> RedisHost {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { throw .invalidHost(String(text.prefix(64))) }
            host = text[text.index(after: text.startIndex)..<close]
            let after = text[text.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw .invalidHost(String(text.prefix(64))) }
            guard host.contains(":"), host.utf8.allSatisfy({ isHexDigit($0) || $0 == 0x3A || $0 == 0x2E }) else {
                throw .invalidHost(String(host.prefix(64)))
            }
            if !after.isEmpty { port = after.dropFirst() }
        } else {
            if let colon = text.lastIndex(of: ":") {
                host = text[..<colon]
                port = text[text.index(after: colon)...]
            }
            if host.isEmpty { throw .missingHost }
            guard host.utf8.count <= 253, host.utf8.allSatisfy(isHostCharacter) else {
                throw .invalidHost(String(host.prefix(64)))
            }
        }
        guard let port else { return RedisHost(host: String(host), port: defaultPort) }
        guard let number = integer(port), (1...65535).contains(number) else {
            throw .invalidPort(String(port.prefix(32)))
        }
        return RedisHost(host: String(host), port: number)
    }

    /// Digits only: neither sign nor blanks, unlike `Int(_:)`.
    private static func integer(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        Character(Unicode.Scalar(byte)).isHexDigit
    }

    private static func percentDecoded(_ text: Substring, part: String) throws(RedisURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(isHexDigit), let value = UInt8(Substring(digits), radix: 16)
            else {
                throw .invalidPercentEncoding(part: part)
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .invalidPercentEncoding(part: part) }
        return decoded
    }
}
