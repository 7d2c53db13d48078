/// Finds the numbers of a key's samples by a hash of their ids: 8 bytes a place, at most three quarters of them taken.
///
/// The table knows numbers and hashes only; its owner tells which number of those with one hash is meant.
struct IDTable: Sendable {
    private static let free = UInt64.max

    /// Hash and number of each.
    private var places: [UInt64] = []
    private(set) var count = 0

    private static func place(_ number: UInt32, _ hash: UInt32) -> UInt64 { UInt64(hash) << 32 | UInt64(number) }
    private static func hash(_ place: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: place >> 32) }

    mutating func insert(_ number: UInt32, _ hash: UInt32) {
        if 4 * (count + 1) > 3 * places.count { grow() }
        put(Self.place(number, hash))
        count += 1
    }

    mutating func remove(_ number: UInt32, _ hash: UInt32) {
        guard !places.isEmpty else { return }
        let (mask, wanted) = (places.count - 1, Self.place(number, hash))
        var hole = Int(hash) & mask
        while places[hole] != wanted {
            if places[hole] == Self.free { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        // Those behind move up, so that no search ends too early.
        var next = (hole + 1) & mask
        while places[next] != Self.free {
            let home = Int(Self.hash(places[next])) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        places[hole] = Self.free
    }

    /// The number with that hash that is meant; nil where there is none.
    func find(_ hash: UInt32, where isMeant: (UInt32) -> Bool) -> UInt32? {
        guard !places.isEmpty else { return nil }
        let mask = places.count - 1
        var index = Int(hash) & mask
        while places[index] != Self.free {
            let number = UInt32(truncatingIfNeeded: places[index])
            if Self.hash(places[index]) == hash, isMeant(number) { return number }
            index = (index + 1) & mask
        }
        return nil
    }

    private mutating func grow() {
        let old = places
        places = [UInt64](repeating: Self.free, count: max(8, 2 * old.count))
        for place in old where place != Self.free { put(place) }
    }

    private mutating func put(_ place: UInt64) {
        let mask = places.count - 1
        var index = Int(Self.hash(place)) & mask
        while places[index] != Self.free { index = (index + 1) & mask }
        places[index] = place
    }
}

/// The hosts and probes that the samples of one key name: one where the key names them, any number else.
struct KeyOrigins: Sendable {
    private struct Entry: Sendable {
        let host: String
        let probe: String
        var uses: Int
    }

    private var entries: [Entry] = []
    private var numbers: [StreamOrigin: UInt32] = [:]
    private var free: [UInt32] = []

    /// How many are in use.
    var count: Int { entries.count - free.count }

    subscript(number: UInt32) -> (host: String, probe: String) {
        let entry = entries[Int(number)]
        return (entry.host, entry.probe)
    }

    /// - Returns: its number, which is used once more.
    mutating func add(host: String, probe: String) -> UInt32 {
        let origin = StreamOrigin(host: host, probe: probe)
        if let number = numbers[origin] {
            entries[Int(number)].uses += 1
            return number
        }
        let number = free.popLast() ?? UInt32(entries.count)
        let entry = Entry(host: host, probe: probe, uses: 1)
        if Int(number) == entries.count { entries.append(entry) } else { entries[Int(number)] = entry }
        numbers[origin] = number
        return number
    }

    mutating func remove(_ number: UInt32) {
        let index = Int(number)
        entries[index].uses -= 1
        guard entries[index].uses == 0 else { return }
        numbers.removeValue(forKey: StreamOrigin(host: entries[index].host, probe: entries[index].probe))
        entries[index] = Entry(host: "", probe: "", uses: 0)
        free.append(number)
    }
}
