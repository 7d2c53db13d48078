/// How often an address may try tokens: after each new wrong one it has to wait, at first not at all, then 1, 2, 4 …
/// 30 seconds. What comes meanwhile is refused without being looked at, so that guessing in parallel gains nothing, and
/// at once, so that nobody is kept waiting.
///
/// Neighbours behind one address are not locked out by each other:
/// - a wrong token that is shown again, as by a dashboard with an old one, teaches nothing and makes nobody wait;
/// - from an address that has shown the right token, and from this machine itself, a few tokens a second are looked at
///   whatever was wrong before.
struct TokenGuesses: Sendable {
    typealias Instant = ContinuousClock.Instant

    private struct Guesser {
        /// Wrong tokens, each counted once.
        var wrong = 0
        /// The latest of them, as hashes that no other process can make.
        var known: [Int] = []
        var mayTryAt: Instant
        var lastAt: Instant
        /// When the right token was shown.
        var rightAt: Instant?
        /// Looks left that an address with the right token has.
        var looks = 0.0
    }

    private static let capacity = 4096
    /// After so long without an attempt an address is forgotten.
    private static let memory = Duration.seconds(600)
    private static let longest = 30
    private static let looksPerSecond = 5.0

    private var guessers: [AddressGroup: Guesser] = [:]

    /// Addresses remembered.
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

    /// Seconds after the n-th wrong token: 0, 1, 2, 4, 8, 16, 30, 30 …
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
            // Still full: who has the least to wait for is forgotten first.
            if guessers.count >= Self.capacity,
                let least = guessers.min(by: { $0.value.mayTryAt < $1.value.mayTryAt })
            {
                guessers[least.key] = nil
            }
        }
        return Guesser(mayTryAt: now, lastAt: now, looks: Self.looksPerSecond)
    }
}
