/// Who holds how much input that is not whole yet: headers, frames, fragments, bodies. In all it stays under a limit.
struct InputLedger: Sendable {
    typealias ID = ObjectIdentifier

    private struct Holding {
        var bytes: Int
        /// Which began before which.
        let order: Int
        let client: IPAddress?
    }

    private let limit: Int
    private var holdings: [ID: Holding] = [:]
    private var nextOrder = 0
    private(set) var total = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { holdings.count }

    /// Sets how much somebody holds, none included.
    ///
    /// - Returns: Who has to let go of all, already counted out: of the client that holds most, those who have held
    ///   longest. Whoever is honest holds for the time that his bytes take to come.
    mutating func hold(_ id: ID, bytes: Int, client: IPAddress?) -> [ID] {
        guard bytes > 0 else {
            release(id)
            return []
        }
        total += bytes - (holdings[id]?.bytes ?? 0)
        if holdings[id] == nil {
            holdings[id] = Holding(bytes: bytes, order: nextOrder, client: client)
            nextOrder += 1
        } else {
            holdings[id]?.bytes = bytes
        }
        return total > limit ? evict() : []
    }

    mutating func release(_ id: ID) {
        total -= holdings.removeValue(forKey: id)?.bytes ?? 0
    }

    /// Makes some room at once, so that this is rare.
    private mutating func evict() -> [ID] {
        var sums: [IPAddress?: Int] = [:]
        for holding in holdings.values { sums[holding.client, default: 0] += holding.bytes }
        let candidates = holdings.sorted { left, right in
            let (first, second) = (sums[left.value.client, default: 0], sums[right.value.client, default: 0])
            return first == second ? left.value.order < right.value.order : first > second
        }
        var victims: [ID] = []
        for (id, _) in candidates where total > limit - limit / 8 {
            release(id)
            victims.append(id)
        }
        return victims
    }
}

/// Holds input that is not whole yet, and lets go of it when told.
protocol InputHolder: AnyObject {
    func dropInput()
}
