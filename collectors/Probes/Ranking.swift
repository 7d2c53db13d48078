/// Finds the largest of many without sorting them all.
enum Ranking {
    /// Indices of the largest values above 0, at most `count`, largest first; equal ones in their order.
    static func top(_ count: Int, of total: Int, by value: (Int) -> Double) -> [Int] {
        guard count > 0 else { return [] }
        var best: [(value: Double, index: Int)] = []
        best.reserveCapacity(min(count, total) + 1)
        for index in 0..<total {
            let value = value(index)
            guard value > 0 else { continue }
            if best.count == count, let least = best.last, least.value >= value { continue }
            var low = 0
            var high = best.count
            while low < high {
                let middle = (low + high) / 2
                if best[middle].value >= value { low = middle + 1 } else { high = middle }
            }
            best.insert((value, index), at: low)
            if best.count > count { best.removeLast() }
        }
        return best.map(\.index)
    }
}
