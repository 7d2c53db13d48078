import SortedSearch

/// Finds the largest of many values without sorting them all.
enum Ranking {
    /// Indices of at most `count` largest values above 0, the largest first. Equal values stay in order.
    static func top(_ count: Int, of total: Int, by value: (Int) -> Double) -> [Int] {
        guard count > 0 else { return [] }
        // Inserting one by one pays only if few stay.
        if count > 512 {
            let values = (0..<total).map(value)
            return Array(
                values.indices.filter { values[$0] > 0 }
                    .sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }.prefix(count))
        }
        var best: [(value: Double, index: Int)] = []
        best.reserveCapacity(min(count, total) + 1)
        for index in 0..<total {
            let value = value(index)
            guard value > 0 else { continue }
            if best.count == count, let least = best.last, least.value >= value { continue }
            best.insert((value, index), at: best.partitionPoint { $0.value < value })
            if best.count > count { best.removeLast() }
        }
        return best.map(\.index)
    }

    /// Indices of the `count` most interesting of `total`: those with the largest first worth, among equal ones those
    /// with the largest second, and so on. If all are equal, the earlier one counts. If there is room for all, they
    /// stay in order.
    static func chosen(_ count: Int, of total: Int, by worth: (Int) -> [Double]) -> [Int] {
        guard total > count else { return Array(0..<total) }
        let worths = (0..<total).map(worth)
        let order = (0..<total).sorted { first, second in
            for (one, other) in zip(worths[first], worths[second]) where one != other { return one > other }
            return first < second
        }
        return Array(order.prefix(max(0, count)))
    }

    /// The indices that were not chosen, ascending.
    static func left(of total: Int, shown: [Int]) -> [Int] {
        guard shown.count < total else { return [] }
        let shown = Set(shown)
        return (0..<total).filter { !shown.contains($0) }
    }

    /// The sum of the known values; nil if none is known.
    static func sum<Row>(_ rows: [Row], _ value: KeyPath<Row, Double?>) -> Double? {
        rows.reduce(nil as Double?) { sum, row in
            row[keyPath: value].map { ($0 + (sum ?? 0)) } ?? sum
        }
    }
}
