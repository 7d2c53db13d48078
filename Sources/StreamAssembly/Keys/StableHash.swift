/// A 64-bit hash that is the same in every process and on every machine, unlike the standard library's.
///
/// Tells rows of one key apart, and is compared within that key alone: whoever makes members that collide deceives those
/// who look at his own key.
enum StableHash {
    private static let first: UInt64 = 0x9e37_79b9_7f4a_7c15
    private static let second: UInt64 = 0xd1b5_4a32_d192_ed03

    static func hash(_ bytes: [UInt8], seed: UInt64 = 0) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var hash = mix(seed ^ first, UInt64(bytes.count) ^ second)
            var offset = 0
            while offset + 8 <= bytes.count {
                hash = mix(
                    hash ^ UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)), second)
                offset += 8
            }
            var rest: UInt64 = 0
            while offset < bytes.count {
                rest = rest << 8 | UInt64(bytes[offset])
                offset += 1
            }
            return mix(hash ^ rest, first)
        }
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low ^ left
    }
}
