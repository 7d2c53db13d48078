#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The proxies in front of the server that are believed when they say who a request's client is.
///
/// Such a proxy writes `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`. From anybody else these headers
/// mean nothing, because everyone can send them. `Forwarded` (RFC 7239) is never read: proxies that write the other
/// headers commonly pass on a client's own `Forwarded`.
///
/// A proxy that is named here has to write all three headers itself, or remove what the client sent of them.
public struct TrustedProxies: Sendable, Equatable {
    /// No proxies. The peer of the TCP connection is the client.
    public static let none = TrustedProxies()

    /// As they were named.
    public let ranges: [AddressRange]

    private init() { ranges = [] }

    /// Addresses and ranges of proxies, such as `10.0.0.0/8`, `2001:db8::/32` or `192.0.2.1`. Nil if one of them is
    /// neither, or covers every address. Only named addresses are trusted, so loopback has to be named too.
    public init?(_ ranges: [String]) {
        let read = ranges.compactMap { AddressRange($0) }
        guard read.count == ranges.count, read.allSatisfy({ !$0.isEverybody }) else { return nil }
        self.ranges = read
    }

    /// Whether the peer at that address is one of them. A peer without an address (a unix socket) never is.
    public func contains(_ address: String?) -> Bool {
        guard !ranges.isEmpty, let address, let parsed = IPAddress(address) else { return false }
        return contains(parsed)
    }

    private func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// A request as seen from outside: who sent it, with which scheme, to which host.
    ///
    /// - Parameter peer: The other end of the TCP connection; nil on a unix socket.
    package func outer(of request: ForwardedHeaders, from peer: String?) -> OuterRequest {
        guard !ranges.isEmpty, let peer, let address = IPAddress(peer), contains(address) else {
            return OuterRequest(address: peer, isSecure: nil, host: request.host, isForwarded: false)
        }
        return OuterRequest(
            address: client(request.clients, from: address).description, isSecure: Self.isSecure(request.schemes),
            host: Self.host(request.hosts) ?? request.host, isForwarded: true)
    }

    /// Each proxy appends the address of its own peer. So the list is read from its end: past all trusted proxies, to
    /// the first address that is not trusted. The client could have invented everything before that. If an entry is not
    /// an address (`unknown`, empty, a unix socket), entries before it are worth nothing either, and the proxy after it
    /// stands for its clients.
    private func client(_ headers: [String], from peer: IPAddress) -> IPAddress {
        var known = peer
        var hops = 0
        for header in headers.reversed() {
            for entry in header.split(separator: ",", omittingEmptySubsequences: false).reversed() {
                guard hops < Self.mostHops, let address = IPAddress(forwarded: Self.trimmed(entry)) else {
                    return known
                }
                known = address
                guard contains(address) else { return known }
                hops += 1
            }
        }
        return known
    }

    /// No chain of proxies is this long. Such a list was made to cost time.
    private static let mostHops = 32

    /// The last value comes from the nearest proxy. Nil if it is not a known one.
    private static func isSecure(_ headers: [String]) -> Bool? {
        switch last(of: headers)?.lowercased() {
        case "https", "wss": true
        case "http", "ws": false
        default: nil
        }
    }

    /// Nil if there is none. A text that is not a host stays as it is, and matches no host.
    private static func host(_ headers: [String]) -> String? {
        last(of: headers).map(String.init).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func last(of headers: [String]) -> Substring? {
        guard let header = headers.last else { return nil }
        return header.split(separator: ",", omittingEmptySubsequences: false).last.map(trimmed)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}

extension IPAddress {
    /// A client as proxies write it: an address alone, with a port, in brackets, or both (`[2001:db8::1]:443`).
    init?(forwarded text: some StringProtocol) {
        guard !text.contains("%") else { return nil }
        if let address = IPAddress(text) {
            self = address
            return
        }
        switch Authority(text)?.host {
        case .ipv4(let bytes): self.init(bytes.map(String.init).joined(separator: "."))
        case .ipv6: self.init(text.dropFirst().prefix { $0 != "]" })
        case .name, nil: return nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// The shortest spelling, as the kernel writes a peer. A mapped IPv4 address is written as IPv4.
    package var description: String {
        let bytes = [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
        var text = [CChar](repeating: 0, count: 46)
        let start = isIPv4 ? 12 : 0
        guard inet_ntop(isIPv4 ? AF_INET : AF_INET6, Array(bytes[start...]), &text, socklen_t(text.count)) != nil else {
            return ""
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What a request says about its way here. Each list is in the order of its headers.
package struct ForwardedHeaders: Sendable, Equatable {
    /// `Host`.
    package var host: String?
    /// `X-Forwarded-For`.
    package var clients: [String]
    /// `X-Forwarded-Proto`.
    package var schemes: [String]
    /// `X-Forwarded-Host`.
    package var hosts: [String]

    package init(host: String?, clients: [String] = [], schemes: [String] = [], hosts: [String] = []) {
        self.host = host
        self.clients = clients
        self.schemes = schemes
        self.hosts = hosts
    }
}

/// A request as its client sent it, before trusted proxies passed it on.
package struct OuterRequest: Sendable, Equatable {
    /// The client's IP address, in its shortest spelling; nil on a unix socket.
    package let address: String?
    /// Whether the client's connection is encrypted; nil if nobody says.
    package let isSecure: Bool?
    /// The host and port that the client asked for.
    package let host: String?
    /// Whether the peer is a trusted proxy.
    package let isForwarded: Bool
}
