/// A heap of numbered items, each with a priority that may change: the greatest is on top. Changing one is O(log n).
struct IndexedHeap<Priority: Comparable & Sendable>: Sendable {
    private var items: [(number: Int, priority: Priority)] = []
    /// By number: where the item stands; -1 where there is none.
    private var places: [Int] = []

    var count: Int { items.count }
    /// The item with the greatest priority.
    var top: Int? { items.first?.number }
    /// The same with its priority.
    var first: (number: Int, priority: Priority)? { items.first }

    /// Puts an item in, or gives it another priority. Numbers are indices: small ones are reused by the caller.
    mutating func set(_ number: Int, to priority: Priority) {
        while places.count <= number { places.append(-1) }
        let place = places[number]
        guard place >= 0 else {
            places[number] = items.count
            items.append((number, priority))
            return rise(from: items.count - 1)
        }
        if items[place].priority == priority { return }
        let rises = items[place].priority < priority
        items[place].priority = priority
        if rises { rise(from: place) } else { sink(from: place) }
    }

    mutating func remove(_ number: Int) {
        guard number < places.count, places[number] >= 0 else { return }
        let place = places[number]
        places[number] = -1
        let last = items.removeLast()
        guard place < items.count else { return }
        items[place] = last
        places[last.number] = place
        rise(from: place)
        sink(from: places[last.number])
    }

    private mutating func rise(from start: Int) {
        var place = start
        while place > 0, items[(place - 1) / 2].priority < items[place].priority {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(from start: Int) {
        var place = start
        while true {
            var greatest = place
            for child in [2 * place + 1, 2 * place + 2] where child < items.count {
                if items[greatest].priority < items[child].priority { greatest = child }
            }
            if greatest == place { return }
            swap(place, greatest)
            place = greatest
        }
    }

    private mutating func swap(_ left: Int, _ right: Int) {
        items.swapAt(left, right)
        (places[items[left].number], places[items[right].number]) = (left, right)
    }
}
