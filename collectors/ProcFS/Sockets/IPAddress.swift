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
    package var description: String { String(decoding: text, as: UTF8.self) }

    /// `127.0.0.1`, `2001:db8::1`, `::ffff:10.0.0.1` (RFC 5952).
    package var text: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(isIPv6 ? 40 : 16)
        if !isIPv6 {
            Self.appendDotted(UInt32(truncatingIfNeeded: low), to: &text)
        } else if high == 0, low >> 32 == 0xffff {
            text.append(contentsOf: "::ffff:".utf8)
            Self.appendDotted(UInt32(truncatingIfNeeded: low), to: &text)
        } else {
            appendGroups(to: &text)
        }
        return text
    }

    private func appendGroups(to text: inout [UInt8]) {
        let colon = UInt8(ascii: ":")
        let zeros = longestRunOfZeros()
        var index = 0
        while index < 8 {
            if index == zeros.lowerBound, zeros.count > 1 {
                text.append(colon)
                text.append(colon)
                index = zeros.upperBound
                continue
            }
            if let last = text.last, last != colon { text.append(colon) }
            Self.append(group(index), base: 16, to: &text)
            index += 1
        }
    }

    private static func appendDotted(_ address: UInt32, to text: inout [UInt8]) {
        var shift: UInt32 = 32
        while shift > 0 {
            if shift < 32 { text.append(UInt8(ascii: ".")) }
            shift -= 8
            append(UInt16(address >> shift & 255), base: 10, to: &text)
        }
    }

    private static func append(_ number: UInt16, base: UInt16, to text: inout [UInt8]) {
        if number >= base { append(number / base, base: base, to: &text) }
        let digit = UInt8(truncatingIfNeeded: number % base)
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
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
