/// An IPv4 or IPv6 address, as two integers in network order.
package struct IPAddress: Hashable, Sendable {
    /// The first eight bytes; 0 for IPv4.
    package var high: UInt64
    /// The last eight bytes, or the four bytes of IPv4.
    package var low: UInt64
    package var isIPv6: Bool

    package init(v4: UInt32) {
        high = 0
        low = UInt64(v4)
        isIPv6 = false
    }

    package init(v6High: UInt64, low: UInt64) {
        high = v6High
        self.low = low
        isIPv6 = true
    }

    /// 127.0.0.0/8, as IPv4 or mapped into IPv6, or `::1`.
    package var isLoopback: Bool {
        if isIPv6, high != 0 || low >> 32 != 0xffff { return high == 0 && low == 1 }
        return low >> 24 & 0xff == 127
    }

    /// Whether it means a different host on each interface: `fe80::/10`, and multicast of that scope.
    package var needsZone: Bool {
        isIPv6 && (high >> 54 == 0xfe80 >> 6 || (high >> 56 == 0xff && high >> 48 & 0xf <= 2))
    }

    private func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64((3 - index % 4) * 16))
    }
}

extension IPAddress: CustomStringConvertible {
    /// `127.0.0.1`, `2001:db8::1`, `::ffff:10.0.0.1` (RFC 5952).
    package var description: String {
        if !isIPv6 { return Self.dotted(UInt32(truncatingIfNeeded: low)) }
        if high == 0, low >> 32 == 0xffff { return "::ffff:" + Self.dotted(UInt32(truncatingIfNeeded: low)) }
        let zeros = longestRunOfZeros()
        var text = ""
        var index = 0
        while index < 8 {
            if index == zeros.lowerBound, zeros.count > 1 {
                text += "::"
                index = zeros.upperBound
                continue
            }
            if !text.isEmpty, !text.hasSuffix(":") { text += ":" }
            text += String(group(index), radix: 16)
            index += 1
        }
        return text
    }

    private static func dotted(_ address: UInt32) -> String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }

    /// The first of the longest runs of zero groups. `::` stands for it.
    private func longestRunOfZeros() -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0..<8 {
            if group(index) != 0 {
                start = index + 1
            } else if index + 1 - start > best.count {
                best = start..<index + 1
            }
        }
        return best
    }
}
