internal import NIOCore

/// Keys whose reads Redis refused (`BUSY`, `LOADING`, `NOPERM`, `MOVED`…): they stay dirty, and are tried again after
/// waits that double until something succeeds.
struct RetryList {
    private let first: TimeAmount
    private let last: TimeAmount
    private var wait: TimeAmount
    private var needs: [String: KeyNeed] = [:]
    /// Taken to be tried again, and not answered yet.
    private var trying: Set<String> = []
    private(set) var due: NIODeadline?

    init(first: TimeAmount, last: TimeAmount) {
        self.first = first
        self.last = last
        wait = first
    }

    func contains(_ key: String) -> Bool { needs[key] != nil }

    mutating func add(_ key: String, _ need: KeyNeed, now: NIODeadline) {
        trying.remove(key)
        needs[key] = max(need, needs[key] ?? need)
        if due == nil {
            due = now + wait
            wait = min(wait * 2, last)
        }
    }

    /// False where the key is not waiting here.
    mutating func raise(_ key: String, _ need: KeyNeed) -> Bool {
        guard let old = needs[key] else { return false }
        needs[key] = max(old, need)
        return true
    }

    mutating func take(_ now: NIODeadline) -> [(key: String, need: KeyNeed)] {
        guard let due, due <= now else { return [] }
        defer {
            needs = [:]
            self.due = nil
        }
        trying.formUnion(needs.keys)
        return needs.map { ($0.key, $0.value) }
    }

    mutating func succeeded(_ key: String) {
        if trying.remove(key) != nil, trying.isEmpty, needs.isEmpty { wait = first }
    }
}
