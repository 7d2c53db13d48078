/// Writes one JSON text and puts the commas where they belong.
///
/// It does not check that containers are closed: the caller has to.
public struct JSONWriter: Sendable {
    /// The text so far.
    public private(set) var bytes: [UInt8]

    /// Starts an empty text.
    public init(reservingCapacity capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    // MARK: Containers

    /// Opens an object.
    public mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
    }

    /// Closes the innermost object.
    public mutating func endObject() { bytes.append(UInt8(ascii: "}")) }

    /// Opens an array.
    public mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
    }

    /// Closes the innermost array.
    public mutating func endArray() { bytes.append(UInt8(ascii: "]")) }

    /// Writes a member's name that has no characters to escape.
    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes any member's name.
    @_disfavoredOverload
    public mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    // MARK: Values

    /// Writes a value that is JSON already, byte for byte.
    public mutating func raw(_ json: some Collection<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// A value that is JSON already.
    @_disfavoredOverload
    public mutating func raw(_ json: StaticString) {
        raw(UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    }

    /// Writes `null`.
    public mutating func null() { raw("null" as StaticString) }

    /// Writes `true` or `false`.
    public mutating func bool(_ value: Bool) { raw(value ? "true" as StaticString : "false") }

    /// Writes a whole number of any size.
    public mutating func integer(_ value: some BinaryInteger) {
        separate()
        guard let small = Int64(exactly: value) else {
            bytes.append(contentsOf: String(value).utf8)
            return
        }
        append(small)
    }

    /// Writes a number in its shortest exact form, or rounded to `decimals` places (at most 9). A number that is not
    /// finite becomes `null`.
    public mutating func number(_ value: Double, decimals: Int? = nil) {
        guard value.isFinite else { return null() }
        separate()
        if let decimals, (0...9).contains(decimals), value.magnitude < 1e9 {
            appendFixed(value, decimals)
        } else if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 {
            append(whole)
        } else {
            bytes.append(contentsOf: value.description.utf8)
        }
    }

    /// Writes a string. It escapes what JSON does not allow, and U+2028 and U+2029, which old JavaScript took for line
    /// ends.
    public mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { string(utf8: $0) }
    }

    /// Writes a string of bytes that should be UTF-8. Each ill-formed part becomes U+FFFD.
    public mutating func string(utf8 text: some Collection<UInt8>) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        let copied: Void? = text.withContiguousStorageIfAvailable { appendEscaped($0) }
        if copied == nil { Array(text).withUnsafeBufferPointer { appendEscaped($0) } }
        bytes.append(UInt8(ascii: "\""))
    }

    // MARK: Parts

    /// Appends bytes as they are.
    mutating func append(_ part: some Collection<UInt8>) {
        bytes.append(contentsOf: part)
    }

    /// Writes the comma before a value or a key, unless it comes first in its container or follows a key.
    private mutating func separate() {
        switch bytes.last {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
        default: bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func append(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        append(magnitude: value.magnitude, atLeast: 1)
    }

    private mutating func append(magnitude: UInt64, atLeast width: Int) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = magnitude
            var start = 20
            while rest > 0 || 20 - start < width {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            bytes.append(contentsOf: digits[start...])
        }
    }

    private mutating func appendFixed(_ value: Double, _ decimals: Int) {
        var scale: UInt64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = UInt64((value.magnitude * Double(scale)).rounded())
        if value < 0 && scaled > 0 { bytes.append(UInt8(ascii: "-")) }
        append(magnitude: scaled / scale, atLeast: 1)
        var fraction = scaled % scale
        guard fraction > 0 else { return }
        var width = decimals
        while fraction.isMultiple(of: 10) {
            fraction /= 10
            width -= 1
        }
        bytes.append(UInt8(ascii: "."))
        append(magnitude: fraction, atLeast: width)
    }
}
