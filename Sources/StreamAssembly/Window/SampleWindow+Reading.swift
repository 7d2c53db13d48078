extension SampleWindow {
    /// The `limit` newest samples of a key, the newest first. O(limit).
    func newest(_ limit: Int, of key: String) -> [Sample] {
        guard let content = keys[ExactText(key)] else { return [] }
        return content.order.newest(limit).compactMap { content.samples[$0.id]?.sample }
    }

    /// The samples of a key, the newest first, down to the first whose time is not wanted. O(result).
    func newest(of key: String, while isWanted: (_ t: Double) -> Bool) -> [Sample] {
        guard let content = keys[ExactText(key)] else { return [] }
        return content.order.newest(while: { isWanted($0.t) }).compactMap { content.samples[$0.id]?.sample }
    }

    /// The samples by the time at which they count, the newest first, until `visit` says that it is enough.
    /// O(hosts + visited × log hosts).
    func visitNewest(_ visit: (_ sample: Sample, _ place: WindowShares.Place) -> Bool) {
        var orders = shares.shares.map { $0?.order.newestFirst }
        var heads = IndexedHeap<WindowShares.Place>()
        for number in orders.indices {
            if let place = orders[number]?.next() { heads.set(number, to: place) }
        }
        while let (number, place) = heads.first {
            if let next = orders[number]?.next() { heads.set(number, to: next) } else { heads.remove(number) }
            guard let sample = keys[place.key]?.samples[place.id]?.sample else { continue }
            guard visit(sample, place) else { return }
        }
    }

    /// The samples of keys without a host that name this one, by its folded name; by key, oldest first.
    func samples(claiming host: ExactText) -> [(key: String, samples: [Sample])] {
        (claims[host] ?? [:]).keys.sorted().map { key in
            (key.text, newest(.max, of: key.text).filter { Origin.folded($0.host) == host }.reversed())
        }
    }

    /// The time span of a key's samples. O(1).
    func span(of key: String) -> (samples: Int, firstT: Double, lastT: Double)? {
        guard let order = keys[ExactText(key)]?.order, let first = order.first, let last = order.last else {
            return nil
        }
        return (order.count, first.t, last.t)
    }

    /// Whether the window holds a sample of that key.
    func holds(key: ExactText) -> Bool { keys[key] != nil }

    /// The names of the keys that have samples, sorted.
    var keyNames: [String] { keys.keys.sorted().map(\.text) }

    /// The first `limit` of them behind a name. O(keys + limit × log limit), nearly.
    func keyNames(after name: String?, limit: Int) -> [String] {
        let start = name.map { ExactText($0) }
        var names: [ExactText] = []
        var last: ExactText?
        for key in keys.keys where start.map({ $0 < key }) ?? true && last.map({ key < $0 }) ?? true {
            names.append(key)
            guard names.count >= 2 * limit else { continue }
            names = Array(names.sorted().prefix(limit))
            last = names.last
        }
        return names.sorted().prefix(limit).map(\.text)
    }
}
