/// Reads numbers that people write in settings and requests: decimal digits, nothing else.
///
/// Swift's own initialisers also take `+5`, `0x10`, `1e3`, `nan` and `infinity`: a typing error, or what another
/// program writes, would then be a number that nobody meant.
package enum DecimalText {
    /// A whole number of ASCII digits, with `-` before it where the range goes below zero.
    ///
    /// - Returns: nil for everything else, and for what lies outside the range.
    package static func integer(_ given: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
        let text = Substring(given)
        let digits = text.utf8.first == UInt8(ascii: "-") && range.lowerBound < 0 ? text.dropFirst() : text
        guard isDigits(digits), let number = Int(text) else { return nil }
        return range.contains(number) ? number : nil
    }

    /// ASCII digits, which may be followed by a point and further digits.
    ///
    /// - Returns: nil for everything else, and for what lies outside the range.
    package static func number(_ given: some StringProtocol, in range: ClosedRange<Double>) -> Double? {
        let text = Substring(given)
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.allSatisfy(isDigits), let number = Double(text) else { return nil }
        return range.contains(number) ? number : nil
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
