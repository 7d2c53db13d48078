import Glibc

/// Walks over the bytes of a kernel file. Every step checks the bounds, so no input can lead it outside.
///
/// The bytes must outlive the cursor, so make and use it inside one parse.
struct ByteCursor {
    let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0
    private(set) var line = 1

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset >= bytes.count }

    @inline(__always)
    func peek() -> UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    /// The bytes of a range from this cursor.
    func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[range])
    }

    func array(_ range: Range<Int>) -> [UInt8] {
        [UInt8](bytes[range])
    }

    @inline(__always)
    mutating func skipBlanks() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { offset += 1 }
    }

    /// Moves after the next line feed, or to the end.
    mutating func skipLine() {
        while let byte = peek() {
            offset += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                return
            }
        }
    }

    /// The next run of bytes that are neither blank nor a line feed; nil at the end of the line.
    mutating func token() -> Range<Int>? {
        skipBlanks()
        let start = offset
        while let byte = peek(), byte > UInt8(ascii: " ") { offset += 1 }
        return start < offset ? start..<offset : nil
    }

    /// Whether a range from this cursor has exactly these ASCII bytes.
    func matches(_ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount && startsWith(range, text)
    }

    /// Whether a range from this cursor begins with these ASCII bytes.
    func startsWith(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count >= text.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
        return memcmp(base + range.lowerBound, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        offset += 1
        return true
    }

    /// A decimal number after blanks; nil if there is no digit, or if the number has more than 64 bits.
    mutating func unsigned() -> UInt64? {
        skipBlanks()
        let start = offset
        var value: UInt64 = 0
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
            offset += 1
        }
        return offset > start ? value : nil
    }

    /// A decimal number that may have a minus sign.
    mutating func signed() -> Int64? {
        skipBlanks()
        let isNegative = consume(UInt8(ascii: "-"))
        guard let magnitude = unsigned() else { return nil }
        if isNegative { return magnitude <= UInt64(Int64.max) ? -Int64(magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// A decimal number that may have a minus sign or all 64 bits. Beyond `Int64.max` it wraps, as counters do.
    mutating func counter() -> Int64? {
        skipBlanks()
        return peek() == UInt8(ascii: "-") ? signed() : unsigned().map { Int64(truncatingIfNeeded: $0) }
    }

    /// A number with an optional fraction, as in `0.42`.
    mutating func decimal() -> Double? {
        guard let whole = unsigned() else { return nil }
        guard consume(UInt8(ascii: ".")) else { return Double(whole) }
        var fraction = 0.0
        var scale = 1.0
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            scale *= 10
            fraction = fraction * 10 + Double(byte &- UInt8(ascii: "0"))
            offset += 1
            guard scale < 1e15 else { return nil }
        }
        return Double(whole) + fraction / scale
    }

    /// A hexadecimal number of at most `digits` digits, with no blanks before it.
    mutating func hexadecimal(digits: Int = 16) -> UInt64? {
        let start = offset
        var value: UInt64 = 0
        while offset - start < digits, let digit = peek().flatMap(Self.hexadecimalDigit) {
            value = value << 4 | UInt64(digit)
            offset += 1
        }
        return offset > start ? value : nil
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Jumps to an offset inside the bytes, never backwards.
    mutating func move(to target: Int) {
        offset = max(offset, min(target, bytes.count))
    }
}
