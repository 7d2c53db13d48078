/// Counts what is open, in all and per client address, against limits.
struct ConnectionCounter: Sendable {
    enum Refusal: Sendable, Equatable { case all, address }

    private let limit: Int
    private let limitPerAddress: Int
    /// Addresses for which the limit per address does not count.
    private let exempt: [AddressRange]
    private(set) var total = 0
    private var perAddress: [IPAddress: Int] = [:]

    init(limit: Int, limitPerAddress: Int, exempt: [AddressRange] = []) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
        self.exempt = exempt
    }

    /// Why there is no room for one more; nil where there is.
    func refusal(for address: IPAddress?) -> Refusal? {
        guard total < limit else { return .all }
        guard let client = counted(address), perAddress[client, default: 0] >= limitPerAddress else { return nil }
        return .address
    }

    /// Counts one more. Whoever asks for room first keeps to the limits; who does not is counted all the same.
    mutating func opened(from address: IPAddress?) {
        if let client = counted(address) { perAddress[client, default: 0] += 1 }
        total += 1
    }

    mutating func closed(from address: IPAddress?) {
        total -= 1
        guard let client = counted(address), let count = perAddress[client] else { return }
        perAddress[client] = count > 1 ? count - 1 : nil
    }

    /// How many addresses have something open that is counted.
    var addresses: Int { perAddress.count }

    /// Whether it has counted these, each once, and no others.
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
