/// Columns of figures.
enum Table {
    static func line(_ fields: [String]) -> String {
        fields.map { String(repeating: " ", count: max(1, 13 - $0.count)) + $0 }.joined()
    }

    /// Two decimals below 100, none from there on.
    static func decimal(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        guard abs(value) < 100 else { return "\(Int(value.rounded()))" }
        let hundredths = Int((abs(value) * 100).rounded())
        return "\(value < 0 ? "-" : "")\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
    }

    static func median(_ values: [Double]) -> Double { quantile(0.5, of: values.sorted()) }

    static func quantile<Value: BinaryInteger>(_ share: Double, of sorted: [Value]) -> Double {
        quantile(share, of: sorted.map { Double($0) })
    }

    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
