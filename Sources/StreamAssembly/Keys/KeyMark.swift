/// What a daemon knew of one key at some moment: which rows stood in a range of scores.
///
/// Two daemons of one Redis, or two runs of one, compare what they know by it. The range reaches from the row below the
/// oldest sample in the window, left out, to the newest sample.
public struct KeyMark: Sendable, Equatable {
    /// The score that the range begins above; minus infinity where no row was known below the window's.
    let above: Double
    /// The greatest score in the range: the newest sample's.
    let newest: Double
    /// Rows in the range.
    let count: Int
    /// The wrapping sum of the rows' ``StableHash``es: in whichever order they were written.
    let sum: UInt64

    init(above: Double, newest: Double, count: Int, sum: UInt64) {
        self.above = above
        self.newest = newest
        self.count = count
        self.sum = sum
    }

    /// Reads what ``text`` wrote.
    init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 4, let above = Double(parts[0]), let newest = Double(parts[1]), newest.isFinite,
            above < newest, let count = Int(parts[2]), let sum = UInt64(parts[3], radix: 36)
        else { return nil }
        self.init(above: above, newest: newest, count: count, sum: sum)
    }

    /// Four fields with commas between; clients need not understand it.
    var text: String {
        "\(Self.text(above)),\(Self.text(newest)),\(count),\(String(sum, radix: 36))"
    }

    private static func text(_ score: Double) -> String {
        Int64(exactly: score).map { "\($0)" } ?? "\(score)"
    }
}
