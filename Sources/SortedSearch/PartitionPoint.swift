extension RandomAccessCollection {
    /// Binary search: the first index whose element passes, or `endIndex` where none does. O(log n) calls.
    ///
    /// Every element behind one that passes has to pass too, as in a sorted collection where `isReached` compares with a
    /// bound. Where that does not hold, the result is some index between the two ends.
    ///
    /// ```swift
    /// let firstAbove = scores.partitionPoint { $0 > 5 }
    /// let firstNotBelow = scores.partitionPoint { $0 >= 5 }
    /// ```
    @inlinable
    package func partitionPoint(where isReached: (Element) -> Bool) -> Index {
        // The answer is among the `count` indices from `low`, or right behind them.
        var (low, count) = (startIndex, self.count)
        while count > 0 {
            let half = count / 2
            let middle = index(low, offsetBy: half)
            if isReached(self[middle]) {
                count = half
            } else {
                low = index(after: middle)
                count -= half + 1
            }
        }
        return low
    }
}
