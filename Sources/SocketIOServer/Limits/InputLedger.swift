/// Who holds how much unfinished input: headers, frames, fragments, bodies. The total stays below a limit.
struct InputLedger: Sendable {
    typealias ID = ObjectIdentifier

    private struct Holding {
        var bytes: Int
        /// The order in which they began.
        let order: Int
        let client: IPAddress?
    }

    private let limit: Int
    private var holdings: [ID: Holding] = [:]
    private var nextOrder = 0
    private(set) var total = 0

    init(limit: Int) { self.limit = limit }

    var count: Int { holdings.count }

    /// Sets how much somebody holds. It may be nothing.
    ///
    /// - Returns: those that have to drop everything; they are not counted any more. They belong to the client that
    ///   holds most, and have held longest. An honest client holds input only while its bytes arrive.
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

    /// Frees more than is needed, so that this happens rarely.
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

/// Holds unfinished input, and drops it on request.
protocol InputHolder: AnyObject {
    func dropInput()
}
