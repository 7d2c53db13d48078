import SocketIOServer
import Synchronization

/// The addresses that one stranger can use freely: one IPv4 address, or an IPv6 network of 64 bits.
struct AddressGroup: Hashable, Sendable {
    private let client: IPAddress?
    /// Whether it is this machine itself.
    let isLoopback: Bool

    /// - Parameter address: an IP address as text. Anything else counts as this machine, for example on a unix socket.
    init(_ address: String?) {
        let address = address.flatMap { IPAddress($0) }
        isLoopback = address?.isLoopback ?? true
        client = address?.client
    }
}

/// The budgets of addresses, so that a new connection does not get a new budget. The number is limited: with more than
/// `capacity`, some other address is forgotten for a new one.
final class AddressBudgets: Sendable {
    typealias Instant = ContinuousClock.Instant

    private static let capacity = 10_000
    private let budgets = Mutex<[AddressGroup: WorkBudget]>([:])

    func ask(_ units: Double, of group: AddressGroup, now: Instant) -> WorkBudget.Verdict {
        with(group, now: now) { $0.ask(units, now: now) }
    }

    func pay(_ units: Double, of group: AddressGroup, now: Instant) {
        with(group, now: now) { $0.pay(units, now: now) }
    }

    func hasLeft(_ group: AddressGroup, now: Instant) -> Bool {
        with(group, now: now) { $0.hasLeft(now: now) }
    }

    /// Forgets addresses that owe nothing. Call it about once a second.
    func trim(now: Instant) {
        budgets.withLock { budgets in
            for (group, budget) in budgets {
                var budget = budget
                if budget.isFull(now: now) { budgets[group] = nil }
            }
        }
    }

    var count: Int { budgets.withLock { $0.count } }

    private func with<Result>(
        _ group: AddressGroup, now: Instant, _ body: (inout WorkBudget) -> sending Result
    ) -> sending Result {
        budgets.withLock { budgets in
            if budgets[group] == nil, budgets.count >= Self.capacity, let any = budgets.keys.first {
                budgets[any] = nil
            }
            return body(&budgets[group, default: WorkBudget(.address, now: now)])
        }
    }
}
