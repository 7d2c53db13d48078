import SortedSearch

/// How interesting a row is. The first number counts; among equal ones the second does, and so on.
struct Worth: Comparable {
    private let numbers: SIMD4<Double>

    init(_ first: Double, _ second: Double = 0, _ third: Double = 0, _ fourth: Double = 0) {
        numbers = SIMD4(first, second, third, fourth)
    }

    static func < (one: Worth, other: Worth) -> Bool {
        for place in 0..<4 where one.numbers[place] != other.numbers[place] {
            return one.numbers[place] < other.numbers[place]
        }
        return false
    }
}

/// Finds the largest of many values without sorting them all.
enum Ranking {
    /// Indices of at most `count` largest values above 0, the largest first. Equal values stay in order.
    static func top(_ count: Int, of total: Int, by value: (Int) -> Double) -> [Int] {
        largest(count, of: total) { index in
            let value = value(index)
            return value > 0 ? value : nil
        }
    }

    /// Indices of the `count` most interesting of `total`, the most interesting first. If all are equal, the earlier
    /// one counts. If there is room for all, they stay in order.
    static func chosen(_ count: Int, of total: Int, by worth: (Int) -> Worth) -> [Int] {
        total > count ? largest(count, of: total, by: worth) : Array(0..<total)
    }

    /// Leaves out those whose value is nil.
    private static func largest<Value: Comparable>(
        _ count: Int, of total: Int, by value: (Int) -> Value?
    ) -> [Int] {
        guard count > 0 else { return [] }
        var best: [(value: Value, index: Int)] = []
        // Inserting one by one pays only if few stay.
        if count > 512 {
            for index in 0..<total { if let value = value(index) { best.append((value, index)) } }
            best.sort { $0.value != $1.value ? $0.value > $1.value : $0.index < $1.index }
            return best.prefix(count).map(\.index)
        }
        best.reserveCapacity(min(count, total) + 1)
        for index in 0..<total {
            guard let value = value(index) else { continue }
            if best.count == count, let least = best.last, least.value >= value { continue }
            best.insert((value, index), at: best.partitionPoint { $0.value < value })
            if best.count > count { best.removeLast() }
        }
        return best.map(\.index)
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
