/// Whether Redis tells of additions, judged by what is heard: for servers that do not let their flags be read, although
/// they may be set (most managed ones).
struct NotificationEvidence: Equatable {
    /// Events of additions since the last judgement over a whole period.
    var additionsTold: UInt64 = 0
    private var rowsAddedBefore: UInt64
    /// An addition that is told of at the end of one period may be read in the next: that one is not held against it.
    private var wasToldBefore = false

    init(rowsAdded: UInt64) {
        rowsAddedBefore = rowsAdded
    }

    /// After a whole period: false where additions were found of which no event told; nil where nothing was added.
    mutating func judgePeriod(rowsAdded: UInt64) -> Bool? {
        defer { (additionsTold, rowsAddedBefore, wasToldBefore) = (0, rowsAdded, additionsTold > 0) }
        if additionsTold > 0 { return true }
        return rowsAdded > rowsAddedBefore && !wasToldBefore ? false : nil
    }
}
