/// Who holds how much of the window, and who has to give under pressure.
///
/// A share is a host's: all samples of the keys that name it. All keys that name no host are one share together;
/// otherwise a writer of many such keys would have many shares. Each change, and each search for who gives, is
/// O(log n).
struct WindowShares: Sendable {
    /// A sample's place in its share: by the time at which it counts, which is never later than its arrival; of those
    /// that came at one time by `t`.
    struct Place: Comparable, Sendable {
        let time: Double
        let t: Double
        let id: ExactText
        let key: ExactText

        static func < (left: Place, right: Place) -> Bool {
            if left.time != right.time { return left.time < right.time }
            if left.t != right.t { return left.t < right.t }
            return left.id == right.id ? left.key < right.key : left.id < right.id
        }
    }

    struct Share: Sendable {
        let host: ExactText
        var order = SortedChunks<Place>()
        var bytes = 0
    }

    /// Who gives first: who holds most, of equals who holds the oldest, then by name.
    private struct Rank: Comparable, Sendable {
        let amount: Int
        let oldest: Double
        let host: ExactText

        static func < (left: Rank, right: Rank) -> Bool {
            if left.amount != right.amount { return left.amount < right.amount }
            return left.oldest == right.oldest ? right.host < left.host : right.oldest < left.oldest
        }
    }

    private(set) var shares: [Share?] = []
    private var numbers: [ExactText: Int] = [:]
    private var free: [Int] = []
    private var byCount = IndexedHeap<Rank>()
    private var byBytes = IndexedHeap<Rank>()
    private var byAge = IndexedHeap<Rank>()

    /// The oldest sample of all.
    var oldest: Place? { byAge.top.flatMap { shares[$0]?.order.first } }
    /// The oldest sample of the host that holds most samples.
    var oldestOfMostSamples: Place? { byCount.top.flatMap { shares[$0]?.order.first } }
    /// The oldest sample of the host that holds most bytes.
    var oldestOfMostBytes: Place? { byBytes.top.flatMap { shares[$0]?.order.first } }

    /// The share of all keys without a host.
    static let ofOtherKeys = ExactText("")

    subscript(host: ExactText) -> Share? { numbers[host].flatMap { shares[$0] } }

    /// The number of a host's share, for as long as it holds anything; a new one has to be added to at once.
    mutating func number(of host: ExactText) -> Int { numbers[host] ?? make(host) }

    mutating func add(_ place: Place, bytes: Int, to number: Int) {
        shares[number]?.order.insert(place)
        shares[number]?.bytes += bytes
        rank(number)
    }

    mutating func remove(_ place: Place, bytes: Int, from number: Int) {
        shares[number]?.order.remove(place)
        shares[number]?.bytes -= bytes
        guard let share = shares[number], share.order.isEmpty else { return rank(number) }
        shares[number] = nil
        numbers.removeValue(forKey: share.host)
        free.append(number)
        byCount.remove(number)
        byBytes.remove(number)
        byAge.remove(number)
    }

    private mutating func make(_ host: ExactText) -> Int {
        let number = free.popLast() ?? shares.count
        if number == shares.count { shares.append(nil) }
        shares[number] = Share(host: host)
        numbers[host] = number
        return number
    }

    private mutating func rank(_ number: Int) {
        guard let (host, count, bytes, oldest) = figures(number) else { return }
        byCount.set(number, to: Rank(amount: count, oldest: oldest, host: host))
        byBytes.set(number, to: Rank(amount: bytes, oldest: oldest, host: host))
        byAge.set(number, to: Rank(amount: 0, oldest: oldest, host: host))
    }

    /// The share itself is not held on to, or its next change would copy it.
    private func figures(_ number: Int) -> (host: ExactText, count: Int, bytes: Int, oldest: Double)? {
        guard let share = shares[number], let oldest = share.order.first else { return nil }
        return (share.host, share.order.count, share.bytes, oldest.time)
    }
}
