import StreamAssembly

/// What clients' requests cost, in units of ``WorkBudget``. A unit is about a microsecond of the event loop.
enum Cost {
    /// What a client may ask for.
    enum Request {
        case keys
        /// With an argument of that many bytes.
        case subscribe(bytes: Int)
        /// With an argument of so many bytes.
        case details(bytes: Int)
        /// With an argument of so many bytes.
        case series(bytes: Int)
        case pause
        case resume
        /// An event that we do not know.
        case unknown

        /// Whether the answer is short, however large the window is.
        var isShort: Bool {
            switch self {
            case .pause, .resume, .unknown: true
            case .keys, .subscribe, .details, .series: false
            }
        }
    }

    /// As how many keys there are for whoever may not see all of them, however many there are: what they pay tells
    /// nothing then.
    static let keysWithinBounds = 2_000

    /// How many keys somebody pays for, of so many.
    static func keys(_ all: Int, within bounds: SelectionBounds?) -> Int { bounds == nil ? all : keysWithinBounds }

    /// The cost of a connection, before anything is sent on it.
    static let joining = 100.0

    /// The least cost of a request. If it costs more, the rest is paid when it is known.
    static func of(_ request: Request, keys: Int) -> Double {
        switch request {
        case .keys: 20 + Double(keys)
        case .subscribe(let bytes), .details(let bytes), .series(let bytes):
            20 + Double(bytes) / 20 + Double(keys) * 0.5
        // It may have to look for the few keys of a selection among all.
        case .pause: 20 + Double(keys) * 0.2
        case .resume, .unknown: 20
        }
    }

    /// The cost of comparing each key with each pattern once, as it is with ordinary patterns and names.
    static func comparing(_ selection: Selection, keys: Int) -> Double {
        Double(selection.patterns * keys) * 0.05
    }

    /// What comparisons cost beyond that. Long patterns and names take longer.
    ///
    /// - Parameters:
    ///   - steps: how many were made, of about a nanosecond each.
    ///   - paid: what is paid already.
    static func comparing(steps: Int, paid: Double) -> Double { max(0, Double(steps) / 1000 - paid) }

    /// The cost of looking at all keys for how much of them somebody is to get.
    static func looking(keys: Int) -> Double { 20 + Double(keys) * 0.5 }

    /// The cost of looking for so many paths in each of so many samples.
    static func reading(samples: Int, paths: Int) -> Double { Double(samples) * Double(3 + paths) }

    /// The cost of making and writing that many bytes.
    static func encoding(bytes: Int) -> Double { 20 + Double(bytes) / 300 }
}

/// How much work each client and its address may still cause. The budget of an address outlives its clients. Clients on
/// this machine have only their own budget.
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

    /// Asks for work of that size. A client that is not known gets none.
    mutating func ask(_ units: Double, of id: Audiences.ID, now: Instant) -> WorkBudget.Verdict {
        guard let verdict = clients[id]?.budget.ask(units, now: now) else { return .excess }
        guard verdict == .granted, let group = clients[id]?.group else { return verdict }
        return addresses.ask(units, of: group, now: now)
    }

    /// Refuses work that the client's budget would allow.
    mutating func refuse(_ id: Audiences.ID, now: Instant) -> WorkBudget.Verdict {
        clients[id]?.budget.refuse(now: now) ?? .excess
    }

    /// Pays for work that was done without asking first.
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
