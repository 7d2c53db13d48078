/// How often an address may try tokens. After each new wrong one it has to wait: at first not at all, then 1, 2, 4 … 30
/// seconds. In that time tokens are refused without a check, so guessing in parallel gains nothing. They are refused at
/// once, so nobody is kept waiting.
///
/// Users behind one address do not lock each other out:
/// - A wrong token that comes again, for example from a dashboard with an old one, is not a new guess, and nobody has
///   to wait for it.
/// - For an address that has sent the right token, and for this machine itself, a few tokens a second are always
///   checked.
struct TokenGuesses: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Guesser {
        /// Wrong tokens, each counted once.
        var wrong = 0
        /// The latest wrong tokens, as hashes that no other process can make.
        var known: [Int] = []
        var mayTryAt: Instant
        var lastAt: Instant
        /// When the right token came.
        var rightAt: Instant?
        /// How many checks an address with the right token has left.
        var looks = 0.0
    }

    private static let capacity = 4096
    /// An address is forgotten after this time without an attempt.
    private static let memory = Duration.seconds(600)
    private static let longest = 30
    private static let looksPerSecond = 5.0

    private var guessers: [AddressGroup: Guesser] = [:]

    /// How many addresses are remembered.
    var count: Int { guessers.count }

    mutating func answer(
        _ given: (some StringProtocol)?, to token: SharedToken, from group: AddressGroup, now: Instant
    ) -> TokenDoor.Answer {
        guard let given, !given.isEmpty else { return .wrong }
        var guesser = guesser(group, now: now)
        defer { guessers[group] = guesser }
        let hash = given.hashValue
        if guesser.known.contains(hash) { return .wrong }
        guard mayLook(&guesser, isTrusted: group.isLoopback, now: now) else {
            return .later(seconds: max(1, Int((guesser.mayTryAt - now).seconds.rounded(.up))))
        }
        guard !token.matches(given) else {
            guesser.rightAt = now
            return .open
        }
        guesser.wrong += 1
        guesser.known = guesser.known.suffix(7) + [hash]
        guesser.mayTryAt = now + .seconds(Self.delay(after: guesser.wrong))
        return .wrong
    }

    /// The wait in seconds after the n-th wrong token: 0, 1, 2, 4, 8, 16, 30, 30 …
    static func delay(after wrong: Int) -> Int {
        wrong < 2 ? 0 : min(longest, 1 << min(wrong - 2, 5))
    }

    private func mayLook(_ guesser: inout Guesser, isTrusted: Bool, now: Instant) -> Bool {
        if guesser.mayTryAt <= now { return true }
        guard isTrusted || guesser.rightAt != nil, guesser.looks >= 1 else { return false }
        guesser.looks -= 1
        return true
    }

    private mutating func guesser(_ group: AddressGroup, now: Instant) -> Guesser {
        if var guesser = guessers[group], now - guesser.lastAt < Self.memory {
            let elapsed = (now - guesser.lastAt).seconds
            guesser.looks = min(Self.looksPerSecond, guesser.looks + elapsed * Self.looksPerSecond)
            guesser.lastAt = now
            return guesser
        }
        if guessers.count >= Self.capacity {
            guessers = guessers.filter { now - $0.value.lastAt < Self.memory }
            // If it is still full, the address with the shortest wait is forgotten first.
            if guessers.count >= Self.capacity,
                let least = guessers.min(by: { $0.value.mayTryAt < $1.value.mayTryAt })
            {
                guessers[least.key] = nil
            }
        }
        return Guesser(mayTryAt: now, lastAt: now, looks: Self.looksPerSecond)
    }
}
