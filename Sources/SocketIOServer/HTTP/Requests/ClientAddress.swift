#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IP address in 16 bytes. An IPv4 address is stored as the IPv6 address that maps it, so that both spellings are
/// equal.
package struct IPAddress: Sendable, Hashable {
    let high: UInt64
    let low: UInt64

    /// Nil if the text is not a literal address. A zone (`fe80::1%eth0`) is ignored.
    package init?(_ text: some StringProtocol) {
        let text = String(text.prefix { $0 != "%" })
        guard text.utf8.count < 46, !text.utf8.contains(0) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            bytes = [UInt8](repeating: 0, count: 10) + [0xff, 0xff] + bytes.prefix(4)
        } else if inet_pton(AF_INET6, text, &bytes) != 1 {
            return nil
        }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    private init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

    /// Whether it is a loopback address: in 127.0.0.0/8, or ::1.
    package var isLoopback: Bool { AddressRange.loopback.contains { $0.contains(self) } }

    /// The first bits; the others become zero.
    func prefix(_ bits: Int) -> IPAddress {
        IPAddress(
            high: bits >= 64 ? high : high & ~(.max >> UInt64(bits)),
            low: bits <= 64 ? 0 : bits >= 128 ? low : low & ~(.max >> UInt64(bits - 64)))
    }

    /// What counts as one client where places are limited: one IPv4 address, or one IPv6 network of 64 bits. Whoever
    /// has an IPv6 address can take as many others of that network as they like.
    package var client: IPAddress { isIPv4 ? self : prefix(64) }
}

/// A range of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct AddressRange: Sendable, Equatable, Hashable {
    private let start: IPAddress
    private let bits: Int

    /// Nil if the text is not a range. Bits after the prefix are ignored.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]), !parts[0].contains("%") else { return nil }
        // The spelling decides: a mapped address has 128 bits.
        let isIPv4 = !parts[0].contains(":")
        var bits = isIPv4 ? 32 : 128
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
                let given = Int(parts[1]), given <= bits
            else { return nil }
            bits = given
        }
        self.bits = isIPv4 ? bits + 96 : bits
        start = address.prefix(self.bits)
    }

    /// Whether the address, a literal, is in the range.
    public func contains(_ address: String) -> Bool { IPAddress(address).map(contains) ?? false }

    /// Whether every IPv4 address is in it, or every address.
    var isEverybody: Bool { bits <= 96 && IPAddress("0.0.0.0")?.prefix(bits) == start }

    func contains(_ address: IPAddress) -> Bool { address.prefix(bits) == start }

    /// The loopback addresses, 127.0.0.0/8 and ::1.
    public static let loopback = [AddressRange("127.0.0.0/8"), AddressRange("::1")].compactMap { $0 }
}
