/// The decimal length in the header of a bulk string or an array, taken byte by byte: `-1`, or digits, then CR LF.
struct DeclaredLength {
    private(set) var value = 0
    private var digits = 0
    private var isNegative = false
    private var afterCR = false

    /// True when the header is complete.
    mutating func take(_ byte: UInt8, type: UInt8) throws(RESPError) -> Bool {
        switch byte {
        case 0x30...0x39 where !afterCR && digits < 19:
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(byte - 0x30))
            // Leading zeros are no number to hiredis either.
            guard !overflow, !carry, digits == 0 || value > 0 else { throw .malformedLength(type: type) }
            (value, digits) = (sum, digits + 1)
            return false
        case UInt8(ascii: "-") where digits == 0 && !isNegative:
            isNegative = true
            return false
        case 0x0D where digits > 0 && !afterCR:
            afterCR = true
            return false
        case 0x0A where afterCR:
            guard !isNegative || value == 1 else { throw .malformedLength(type: type) }
            if isNegative { value = -1 }
            return true
        default:
            throw .malformedLength(type: type)
        }
    }
}
