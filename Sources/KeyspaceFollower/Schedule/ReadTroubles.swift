internal import NIOCore

/// What went wrong with reads, and what is done about it.
///
/// A key that Redis refuses to read is tried again later. Keys whose replies may have broken the connection are read
/// one by one, in smaller parts. A key that breaks it alone is left alone for a while, so that it does not stop the
/// others.
struct ReadTroubles {
    private var retries: RetryList
    private var resting: RetryList
    /// Keys one of which broke the connection by its reply.
    private var suspects: Set<String> = []
    /// How large answers may be.
    private(set) var sizes = ReplySizes()

    init(_ timing: FollowerTiming) {
        retries = RetryList(first: timing.firstRetry, last: timing.lastRetry)
        resting = RetryList(first: timing.quarantine, last: timing.quarantine)
    }

    /// Whether the key is not to be read now.
    func holdsBack(_ key: String) -> Bool { retries.contains(key) || resting.contains(key) }

    /// Whether the key is to be read in a pipeline of its own.
    func isSuspect(_ key: String) -> Bool { suspects.contains(key) }

    /// False where the key is not held back.
    mutating func raise(_ key: String, _ need: KeyNeed) -> Bool {
        retries.raise(key, need) || resting.raise(key, need)
    }

    /// When a key is to be tried again.
    var due: NIODeadline { min(retries.due ?? .distantFuture, resting.due ?? .distantFuture) }

    mutating func take(_ now: NIODeadline) -> [(key: String, need: KeyNeed)] { retries.take(now) + resting.take(now) }

    mutating func tick(_ now: NIODeadline) { sizes.tick(now) }

    /// - Parameter bytes: what Redis itself says that it lets wait for one client.
    mutating func replyLimitFound(_ bytes: Int) { sizes.limit(bytes) }

    /// The reads of a key were answered, in whatever way.
    mutating func answered(_ key: String) { suspects.remove(key) }

    mutating func succeeded(_ key: String) { retries.succeeded(key) }

    mutating func refused(_ look: Look, now: NIODeadline) { retries.add(look.key, look.need, now: now) }

    /// The answer to these looks was larger than the client accepts, or no RESP at all, and broke the connection.
    ///
    /// Gives the key that is left alone from now on.
    mutating func broke(_ looks: [Look], now: NIODeadline) -> String? {
        suspects.formUnion(looks.map(\.key))
        guard looks.count == 1, let look = looks.first else { return nil }
        return rest(look.key, now)
    }

    /// Redis closed the connection in place of an answer to these looks, maybe for the size of its answers (its
    /// `client-output-buffer-limit`): they are asked for in smaller parts.
    ///
    /// Gives the key that is left alone from now on, as not even one of its members can be read.
    mutating func cut(_ looks: [Look], now: NIODeadline) -> String? {
        let expected = looks.reduce(0) { $0 + $1.expectedBytes }
        guard expected >= ReplySizes.harmless || looks.contains(where: { suspects.contains($0.key) }) else {
            return nil
        }
        suspects.formUnion(looks.map(\.key))
        sizes.cut(now)
        guard looks.count == 1, let look = looks.first, !sizes.halve(look.key) else { return nil }
        return rest(look.key, now)
    }

    private mutating func rest(_ key: String, _ now: NIODeadline) -> String {
        suspects.remove(key)
        resting.add(key, .full, now: now)
        return key
    }
}

/// Keys that wait to be tried again. They stay dirty, and the waits double until something succeeds.
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
