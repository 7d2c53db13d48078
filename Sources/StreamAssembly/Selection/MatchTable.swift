import Synchronization

/// A host and a probe, compared by their bytes.
public struct StreamOrigin: Hashable, Sendable {
    private let host: ExactText
    private let probe: ExactText

    /// Makes an origin from a host and a probe.
    public init(host: String, probe: String) {
        self.host = ExactText(host)
        self.probe = ExactText(probe)
    }
}

/// Remembers which hosts and probes the selections of many clients want, so that patterns are compared once for each
/// name and not with every event.
///
/// Each known host and probe has a number. A selection has two bits for each number: whether it was compared, and
/// whether it is wanted. 10,000 selections with 5,000 names take 13 MB. A full table begins anew, and everything is
/// compared again.
public final class MatchTable: Sendable {
    private struct State {
        var numbers: [StreamOrigin: Int] = [:]
        var generation = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// An empty table.
    ///
    /// - Parameter capacity: the most hosts and probes.
    public init(capacity: Int = 65_536) {
        self.capacity = capacity
    }

    /// How many hosts and probes it remembers.
    public var count: Int { state.withLock { $0.numbers.count } }

    /// Forgets everything if it remembers far more than there are keys.
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

/// What one selection wants, for the names that were compared.
final class MatchMemo: Sendable {
    private struct Bits {
        var generation = 0
        var known: [UInt64] = []
        var wanted: [UInt64] = []
        /// Steps that were made since somebody asked.
        var work = 0
    }

    private let table: MatchTable
    private let bits = Mutex(Bits())

    init(_ table: MatchTable) {
        self.table = table
    }

    func wants(host: String, probe: String, compare: (_ work: inout Int) -> Bool) -> Bool {
        let (number, generation) = table.number(host: host, probe: probe)
        let (word, bit) = (number / 64, UInt64(1) << UInt64(number % 64))
        return bits.withLock { bits in
            if bits.generation != generation { bits = Bits(generation: generation, work: bits.work) }
            if word >= bits.known.count {
                let more = [UInt64](repeating: 0, count: word + 1 - bits.known.count)
                bits.known += more
                bits.wanted += more
            }
            if bits.known[word] & bit != 0 { return bits.wanted[word] & bit != 0 }
            let isWanted = compare(&bits.work)
            bits.known[word] |= bit
            if isWanted { bits.wanted[word] |= bit }
            return isWanted
        }
    }

    func takeWork() -> Int {
        bits.withLock { bits in
            defer { bits.work = 0 }
            return bits.work
        }
    }
}
