/// The rest of a `:`, `$` or `*` line, taken byte by byte: a 64-bit decimal integer, then CR LF.
///
/// As strict as hiredis: no plus sign, no blanks, no leading zeros, no `-0`.
struct DecimalLine {
    /// Kept negative while digits come: `Int64.min` has no positive counterpart.
    private var negated: Int64 = 0
    private var digits = 0
    private var isNegative = false
    private var afterCR = false

    /// The integer, when the line is complete; nil until then.
    mutating func take(_ byte: UInt8, type: UInt8) throws(RESPError) -> Int64? {
        switch byte {
        case 0x30...0x39 where !afterCR:
            let (product, overflow) = negated.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(Int64(byte - 0x30))
            guard !overflow, !carry, digits == 0 || negated != 0 else { throw .malformedNumber(type: type) }
            (negated, digits) = (sum, digits + 1)
            return nil
        case UInt8(ascii: "-") where digits == 0 && !isNegative && !afterCR:
            isNegative = true
            return nil
        case 0x0D where digits > 0 && !afterCR:
            afterCR = true
            return nil
        case 0x0A where afterCR:
            guard isNegative ? negated != 0 : negated != .min else { throw .malformedNumber(type: type) }
            return isNegative ? negated : -negated
        default:
            throw .malformedNumber(type: type)
        }
    }
}
