/// Deadlines, the earliest first: a binary heap.
struct DeadlineHeap: Sendable {
    struct Entry: Sendable {
        let deadline: ContinuousClock.Instant
        let id: Int
    }

    private var entries: [Entry] = []

    init() {}

    init(_ entries: [Entry]) {
        // Sorted is a heap too.
        self.entries = entries.sorted { $0.deadline < $1.deadline }
    }

    var count: Int { entries.count }
    var first: Entry? { entries.first }

    /// O(log n).
    mutating func insert(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, case let parent = (child - 1) / 2, entries[child].deadline < entries[parent].deadline {
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// O(log n); nothing where there is none.
    mutating func removeFirst() {
        guard let last = entries.popLast(), !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while case let child = earlierChild(of: parent), child < entries.count,
            entries[child].deadline < entries[parent].deadline
        {
            entries.swapAt(child, parent)
            parent = child
        }
    }

    private func earlierChild(of parent: Int) -> Int {
        let (left, right) = (2 * parent + 1, 2 * parent + 2)
        return right < entries.count && entries[right].deadline < entries[left].deadline ? right : left
    }
}
