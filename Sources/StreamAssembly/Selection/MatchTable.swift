import Synchronization

/// A host and a probe, equal to others by their bytes.
public struct StreamOrigin: Hashable, Sendable {
    private let host: ExactText
    private let probe: ExactText

    /// Names a host and a probe.
    public init(host: String, probe: String) {
        self.host = ExactText(host)
        self.probe = ExactText(probe)
    }
}

/// Remembers which hosts and probes the selections of many clients want, so that patterns are compared once for each
/// and not with every event.
///
/// Every host and probe seen has a number; a selection keeps two bits for each number: whether it has been compared, and
/// whether it is wanted. 10,000 selections over 5,000 names take 13 MB. A table that is full begins anew: what was
/// remembered is compared again.
public final class MatchTable: Sendable {
    private struct State {
        var numbers: [StreamOrigin: Int] = [:]
        var generation = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// An empty table.
    ///
    /// - Parameter capacity: Hosts and probes at most.
    public init(capacity: Int = 65_536) {
        self.capacity = capacity
    }

    /// Hosts and probes remembered.
    public var count: Int { state.withLock { $0.numbers.count } }

    /// Forgets all where much more is remembered than there are keys.
    public func trim(keys: Int) {
        state.withLock { state in
            if state.numbers.count > 4 * keys + 1024 { Self.reset(&state) }
        }
    }

    fileprivate func number(host: String, probe: String) -> (number: Int, generation: Int) {
        state.withLock { state in
            let origin = StreamOrigin(host: host, probe: probe)
            if let number = state.numbers[origin] { return (number, state.generation) }
            if state.numbers.count >= capacity { Self.reset(&state) }
            let number = state.numbers.count
            state.numbers[origin] = number
            return (number, state.generation)
        }
    }

    private static func reset(_ state: inout State) {
        state.numbers.removeAll()
        state.generation += 1
    }
}

/// What one selection wants, as far as it has been compared.
final class MatchMemo: Sendable {
    private struct Bits {
        var generation = 0
        var known: [UInt64] = []
        var wanted: [UInt64] = []
    }

    private let table: MatchTable
    private let bits = Mutex(Bits())

    init(_ table: MatchTable) {
        self.table = table
    }

    func wants(host: String, probe: String, compare: () -> Bool) -> Bool {
        let (number, generation) = table.number(host: host, probe: probe)
        let (word, bit) = (number / 64, UInt64(1) << UInt64(number % 64))
        return bits.withLock { bits in
            if bits.generation != generation { bits = Bits(generation: generation) }
            if word >= bits.known.count {
                let more = [UInt64](repeating: 0, count: word + 1 - bits.known.count)
                bits.known += more
                bits.wanted += more
            }
            if bits.known[word] & bit != 0 { return bits.wanted[word] & bit != 0 }
            let isWanted = compare()
            bits.known[word] |= bit
            if isWanted { bits.wanted[word] |= bit }
            return isWanted
        }
    }
}
