/// What of a value is hidden.
enum SecretMasking: Sendable, Equatable {
    case whole
    /// `user%SECRET`, as Samba's programs take it.
    case afterPercent
    /// `user/SECRET@database`, as Oracle's programs take it.
    case afterSlash
    /// `user:SECRET`; numbers are a user and a group.
    case afterColon
    /// `name=SECRET`.
    case afterEquals
    /// Of a key or a cookie, which may as well be the path of a file that holds it.
    case unlessPath
    /// `pass:SECRET`, `file:PATH`, `env:NAME`, as OpenSSL takes it.
    case source

    func masked(_ value: some BidirectionalCollection<UInt8>) -> [UInt8] {
        let value = Array(value)
        switch self {
        case .whole:
            return CommandRedaction.mask
        case .afterPercent:
            return Self.keeping(UInt8(ascii: "%"), of: value)
        case .afterSlash:
            return Self.keeping(UInt8(ascii: "/"), of: value)
        case .afterColon:
            guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else { return value }
            let isGroup = value[(colon + 1)...].allSatisfy(SecretShape.isDigit)
            return isGroup ? value : value[...colon] + CommandRedaction.mask
        case .afterEquals:
            return Self.keeping(UInt8(ascii: "="), of: value)
        case .unlessPath:
            return SecretWord.isPath(value[...]) ? value : CommandRedaction.mask
        case .source:
            let harmless = ["file:", "env:", "fd:", "stdin"]
            if harmless.contains(where: { value.starts(with: $0.utf8) }) { return value }
            return (value.starts(with: "pass:".utf8) ? Array("pass:".utf8) : []) + CommandRedaction.mask
        }
    }

    private static func keeping(_ separator: UInt8, of value: [UInt8]) -> [UInt8] {
        guard let index = value.firstIndex(of: separator) else { return value }
        return value[...index] + CommandRedaction.mask
    }
}
