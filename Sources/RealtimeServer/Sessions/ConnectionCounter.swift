/// Counts open connections, in all and per address, against their limits.
struct ConnectionCounter: Sendable {
    private let limit: Int
    private let limitPerAddress: Int
    private(set) var total = 0
    private var perAddress: [String: Int] = [:]

    init(limit: Int, limitPerAddress: Int) {
        self.limit = limit
        self.limitPerAddress = limitPerAddress
    }

    func hasRoom(for address: String?) -> Bool {
        guard total < limit else { return false }
        return address.map { perAddress[$0, default: 0] < limitPerAddress } ?? true
    }

    /// Counts one more; false, and nothing counted, where a limit is reached.
    mutating func opened(from address: String?) -> Bool {
        guard hasRoom(for: address) else { return false }
        if let address { perAddress[address, default: 0] += 1 }
        total += 1
        return true
    }

    mutating func closed(from address: String?) {
        total -= 1
        guard let address, let count = perAddress[address] else { return }
        perAddress[address] = count > 1 ? count - 1 : nil
    }
}
