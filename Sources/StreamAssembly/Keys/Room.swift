// Swift's collections double their room when they grow and keep it when they shrink. A window of many small things would
// take twice what it holds, and a flood of keys would be remembered for ever.

extension Array {
    /// Makes room for as many more, and an eighth: what holds long lists of each key calls it before it adds to one.
    package mutating func makeRoom(for more: Int) {
        let needed = count + more
        if needed > capacity { reserveCapacity(needed + Swift.max(2, needed / 8)) }
    }
}

extension Dictionary {
    /// So much room is kept in any case.
    package static var roomKept: Int { 8192 }

    /// Lets room go that far fewer need by now: who removes keys calls it after each. O(1) on average.
    package mutating func letRoomGo() {
        guard capacity > Self.roomKept, count < capacity / 8 else { return }
        self = Dictionary(uniqueKeysWithValues: lazy.map { ($0.key, $0.value) })
    }
}
