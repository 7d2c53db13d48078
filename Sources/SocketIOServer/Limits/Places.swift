/// Counts what is open, in total and for each client address, and compares it with limits.
struct ConnectionCounter: Sendable {
    /// Which limit is reached: the total, or that of one address.
    enum FullLimit: Sendable, Equatable { case all, address }

    private(set) var limit: Int
    private(set) var limitPerAddress: Int
    /// Addresses without a limit per address.
    private let exempt: [AddressRange]
    private(set) var total = 0
    private var perAddress: [IPAddress: Int] = [:]

    init(limit: Int, limitPerAddress: Int, exempt: [AddressRange] = []) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
        self.exempt = exempt
    }

    /// Other limits from now on. What is open beyond them stays.
    mutating func limit(to limit: Int, perAddress: Int) { (self.limit, limitPerAddress) = (limit, perAddress) }

    /// Why there is no room for one more; nil if there is room.
    func refusal(for address: IPAddress?) -> FullLimit? {
        guard total < limit else { return .all }
        guard let client = counted(address), perAddress[client, default: 0] >= limitPerAddress else { return nil }
        return .address
    }

    /// Counts one more, even above the limits. To respect them, ask for room first.
    mutating func opened(from address: IPAddress?) {
        if let client = counted(address) { perAddress[client, default: 0] += 1 }
        total += 1
    }

    mutating func closed(from address: IPAddress?) {
        total -= 1
        guard let client = counted(address), let count = perAddress[client] else { return }
        perAddress[client] = count > 1 ? count - 1 : nil
    }

    /// How many addresses are counted with something open.
    var addresses: Int { perAddress.count }

    /// Whether it has counted exactly these, each once.
    func counts(_ open: [IPAddress?]) -> Bool {
        var sums: [IPAddress: Int] = [:]
        for case let client? in open.map(counted) { sums[client, default: 0] += 1 }
        return total == open.count && perAddress == sums
    }

    private func counted(_ address: IPAddress?) -> IPAddress? {
        guard let address, !exempt.contains(where: { $0.contains(address) }) else { return nil }
        return address.client
    }
}

/// Counts the connections that have not sent a whole request yet, in total and for each client address, and compares
/// with limits.
///
/// If all places are taken, a new connection gets a place of the client that holds most: the one that was held longest.
/// A client that sends a request needs its place only for a moment. So strangers with a few addresses cannot keep
/// others out, however many places they take.
struct HandshakePlaces: Sendable {
    typealias ID = ObjectIdentifier

    enum Verdict: Sendable, Equatable {
        case free
        /// If this one has to leave.
        case insteadOf(ID)
        case refused(ConnectionCounter.FullLimit)

        /// Whether another one gives its place.
        var isInstead: Bool {
            if case .insteadOf = self { true } else { false }
        }
    }

    private let limit: Int
    private let limitPerAddress: Int
    private var held: HeldPlaces

    init(limit: Int, limitPerAddress: Int, exempt: [AddressRange] = []) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
        held = HeldPlaces(exempt: exempt)
    }

    var total: Int { held.total }

    /// How many addresses are counted with something open.
    var addresses: Int { held.addresses }

    /// Whether there is a place for one more, and whose it is. It takes no place yet.
    func verdict(for address: IPAddress?) -> Verdict {
        let own = held.count(of: address)
        guard own < limitPerAddress else { return .refused(.address) }
        guard total >= limit else { return .free }
        return place(for: address).map(Verdict.insteadOf) ?? .refused(.all)
    }

    /// Who gives way to somebody at that address where the server is full: the oldest of the client that holds most, if
    /// that holds more.
    func place(for address: IPAddress?) -> ID? { held.place(for: address) }

    /// Takes a place, even above the limits. To respect them, ask first.
    mutating func enter(_ id: ID, from address: IPAddress?) { held.enter(id, from: address) }

    /// Gives a place back, if it is held.
    mutating func leave(_ id: ID) { held.leave(id) }

    /// Whether exactly these hold a place, one each.
    func areHeld(by open: [ID]) -> Bool { held.areHeld(by: open) }
}

/// Who holds something, for each client in the order in which it was taken.
struct HeldPlaces: Sendable {
    typealias ID = ObjectIdentifier

    private struct Place {
        let id: ID
        /// The order in which they were taken.
        let order: Int
    }

    /// Addresses that many people share. What they hold does not count as one client's.
    private let exempt: [AddressRange]
    /// For each client, the oldest first.
    private var places: [IPAddress: [Place]] = [:]
    /// Who holds each place, and in which order they were taken. No client where the address is not counted.
    private var holders: [ID: (client: IPAddress?, order: Int)] = [:]
    private var nextOrder = 0

    init(exempt: [AddressRange]) { self.exempt = exempt }

    var total: Int { holders.count }

    var addresses: Int { places.count }

    /// How many the client at that address holds; 0 if it is not counted.
    func count(of address: IPAddress?) -> Int { counted(address).flatMap { places[$0]?.count } ?? 0 }

    /// The oldest place of the client that holds most, and how many that client holds. If two clients hold the same
    /// number, the one with the older place counts.
    var oldestOfMost: (id: ID, count: Int)? {
        let most = places.values.max { left, right in
            left.count == right.count ? (left.first?.order ?? 0) > (right.first?.order ?? 0) : left.count < right.count
        }
        return most.flatMap { places in places.first.map { ($0.id, places.count) } }
    }

    mutating func enter(_ id: ID, from address: IPAddress?) {
        defer { nextOrder += 1 }
        let client = counted(address)
        holders[id] = (client, nextOrder)
        if let client { places[client, default: []].append(Place(id: id, order: nextOrder)) }
    }

    mutating func leave(_ id: ID) {
        guard let client = holders.removeValue(forKey: id)?.client else { return }
        places[client]?.removeAll { $0.id == id }
        if places[client]?.isEmpty == true { places[client] = nil }
    }

    /// The place that somebody at that address gets: the oldest of the client that holds most, if that holds more. Who
    /// comes from an address that many share gets the oldest of these addresses, if nobody else holds any.
    func place(for address: IPAddress?) -> ID? {
        if let most = oldestOfMost, most.count > count(of: address) { return most.id }
        guard counted(address) == nil else { return nil }
        return holders.filter { $0.value.client == nil }.min { $0.value.order < $1.value.order }?.key
    }

    func areHeld(by open: [ID]) -> Bool {
        Set(open) == Set(holders.keys) && places.values.reduce(0) { $0 + $1.count } <= total
    }

    private func counted(_ address: IPAddress?) -> IPAddress? {
        guard let address, !exempt.contains(where: { $0.contains(address) }) else { return nil }
        return address.client
    }
}
