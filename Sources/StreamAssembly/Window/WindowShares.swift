/// Who holds how much of the window, and who has to give under pressure.
///
/// A share is a host's: all keys that name it. All keys that name no host are one share together; otherwise a writer of
/// many such keys would have many shares. Each key sits at a seat of its share and says which sample it would lose next.
/// Each change, and each search for who gives, is O(log n).
struct WindowShares: Sendable {
    /// What a key would lose next: its oldest sample, by the time at which it counts.
    struct Turn: Comparable, Sendable {
        /// Whether it is among the newest of the key, which go after all others of the share.
        let isKept: Bool
        let time: Double
        let t: Double
        let key: ExactText

        /// The greatest gives first.
        static func < (left: Turn, right: Turn) -> Bool {
            if left.isKept != right.isKept { return left.isKept }
            if left.time != right.time { return right.time < left.time }
            return left.t != right.t ? right.t < left.t : right.key < left.key
        }
    }

    struct Share: Sendable {
        let host: ExactText
        var turns = IndexedHeap<Turn>()
        /// By seat: the number of the key.
        var seats: [Int] = []
        var freeSeats: [Int] = []
        var count = 0
        var bytes = 0
        /// The newest time of a sample that left by another limit than age.
        var lostUntil = -Double.infinity

        /// What it loses next.
        var next: (key: Int, turn: Turn)? { turns.first.map { (seats[$0.number], $0.priority) } }
    }

    /// Who gives first: who holds most, of equals who would lose the oldest, then by name.
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
    /// Those that have a sample that age takes.
    private var byAge = IndexedHeap<Rank>()

    /// The key with the oldest sample of all that age takes, and its time.
    var oldest: (key: Int, time: Double)? {
        byAge.top.flatMap { shares[$0]?.next }.map { ($0.key, $0.turn.time) }
    }
    /// The key that loses a sample where there are too many: of the host that holds most.
    var keyOfMostSamples: Int? { byCount.top.flatMap { shares[$0]?.next?.key } }
    /// The key that loses a sample where there are too many bytes.
    var keyOfMostBytes: Int? { byBytes.top.flatMap { shares[$0]?.next?.key } }

    /// The share of all keys without a host.
    static let ofOtherKeys = ExactText("")

    /// Seats a key, which has to get its first sample at once.
    mutating func seat(_ key: Int, of host: ExactText) -> (share: Int, seat: Int) {
        let number = numbers[host] ?? make(host)
        if let seat = shares[number]?.freeSeats.popLast() {
            shares[number]?.seats[seat] = key
            return (number, seat)
        }
        let seat = shares[number]?.seats.count ?? 0
        shares[number]?.seats.append(key)
        return (number, seat)
    }

    /// A key holds more or less than before.
    ///
    /// - Parameter turn: what it would lose next; nil where it holds nothing any more and leaves its seat.
    mutating func change(_ number: Int, seat: Int, turn: Turn?, count: Int, bytes: Int) {
        shares[number]?.count += count
        shares[number]?.bytes += bytes
        if let turn {
            shares[number]?.turns.set(seat, to: turn)
        } else {
            shares[number]?.turns.remove(seat)
            shares[number]?.freeSeats.append(seat)
        }
        guard let rank = rank(number) else { return drop(number) }
        byCount.set(number, to: Rank(amount: rank.count, oldest: rank.turn.time, host: rank.host))
        byBytes.set(number, to: Rank(amount: rank.bytes, oldest: rank.turn.time, host: rank.host))
        if rank.turn.isKept {
            byAge.remove(number)
        } else {
            byAge.set(number, to: Rank(amount: 0, oldest: rank.turn.time, host: rank.host))
        }
    }

    /// A sample of that time left by another limit than age.
    mutating func lost(_ number: Int, time: Double) {
        guard let share = shares[number], share.lostUntil < time else { return }
        shares[number]?.lostUntil = time
    }

    private mutating func make(_ host: ExactText) -> Int {
        let number = free.popLast() ?? shares.count
        if number == shares.count { shares.append(nil) }
        shares[number] = Share(host: host)
        numbers[host] = number
        return number
    }

    private mutating func drop(_ number: Int) {
        guard let host = shares[number]?.host else { return }
        shares[number] = nil
        numbers.removeValue(forKey: host)
        free.append(number)
        byCount.remove(number)
        byBytes.remove(number)
        byAge.remove(number)
        numbers.letRoomGo()
        if numbers.isEmpty { self = WindowShares() }
    }

    /// The share itself is not held on to, or its next change would copy it.
    private func rank(_ number: Int) -> (host: ExactText, count: Int, bytes: Int, turn: Turn)? {
        guard let share = shares[number], let turn = share.turns.first?.priority else { return nil }
        return (share.host, share.count, share.bytes, turn)
    }
}
