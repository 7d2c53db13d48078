/// Says which violations are to be logged: of each kind one a minute at most, with the number of those in between.
struct ViolationReports: Sendable {
    typealias Instant = ContinuousClock.Instant

    private static let interval = Duration.seconds(60)

    /// Kinds are a fixed set, so this does not grow.
    private var kinds: [String: (loggedAt: Instant, silent: Int)] = [:]

    /// How many of the kind were not logged since the last that was; nil where this one is not to be either.
    mutating func occurred(_ kind: String, now: Instant) -> Int? {
        if let last = kinds[kind], now < last.loggedAt + Self.interval {
            kinds[kind]?.silent += 1
            return nil
        }
        defer { kinds[kind] = (now, 0) }
        return kinds[kind]?.silent ?? 0
    }
}
