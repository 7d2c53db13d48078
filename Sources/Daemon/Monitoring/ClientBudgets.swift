import StreamAssembly

/// What clients cause, in units of ``WorkBudget``: about a microsecond of the event loop each.
enum Cost {
    /// What a client may ask for.
    enum Request {
        case keys
        /// With an argument of so many bytes.
        case subscribe(bytes: Int)
        case pause
        case resume
        /// Something that is no event of ours.
        case unknown
    }

    /// What it costs at least. What it turns out to cost beyond that is paid when it is known.
    static func of(_ request: Request, keys: Int) -> Double {
        switch request {
        case .keys: 20 + Double(keys)
        case .subscribe(let bytes): 20 + Double(bytes) / 20 + Double(keys) * 0.5
        case .pause, .resume, .unknown: 20
        }
    }

    /// Comparing each key with each pattern, once.
    static func comparing(_ selection: Selection, keys: Int) -> Double {
        Double(selection.patterns * keys) * 0.05
    }

    /// Making and writing that many bytes.
    static func encoding(bytes: Int) -> Double { 20 + Double(bytes) / 300 }
}

/// What each client, and its address, may still cause. An address's budget outlives its clients; this machine's own
/// clients have only theirs.
struct ClientBudgets {
    typealias Instant = ContinuousClock.Instant

    private struct Client {
        var budget: WorkBudget
        /// Nil for this machine itself.
        let group: AddressGroup?
    }

    let addresses: AddressBudgets
    private var clients: [Audiences.ID: Client] = [:]

    init(addresses: AddressBudgets) {
        self.addresses = addresses
    }

    /// - Parameter address: the client's IP address; nil on a unix socket.
    mutating func joined(_ id: Audiences.ID, address: String?, now: Instant) {
        let group = AddressGroup(address)
        clients[id] = Client(budget: WorkBudget(.client, now: now), group: group.isLoopback ? nil : group)
    }

    mutating func left(_ id: Audiences.ID) { clients[id] = nil }

    /// Asks for work of that size; who is no client may do none.
    mutating func ask(_ units: Double, of id: Audiences.ID, now: Instant) -> WorkBudget.Verdict {
        guard let verdict = clients[id]?.budget.ask(units, now: now) else { return .excess }
        guard verdict == .granted, let group = clients[id]?.group else { return verdict }
        return addresses.ask(units, of: group, now: now)
    }

    /// Pays for work that was done without asking.
    mutating func pay(_ units: Double, of id: Audiences.ID, now: Instant) {
        clients[id]?.budget.pay(units, now: now)
        if let group = clients[id]?.group { addresses.pay(units, of: group, now: now) }
    }

    /// Whether work would be granted.
    mutating func hasLeft(_ id: Audiences.ID, now: Instant) -> Bool {
        guard clients[id]?.budget.hasLeft(now: now) == true else { return false }
        return clients[id]?.group.map { addresses.hasLeft($0, now: now) } ?? true
    }
}
