/// Which reasons of one outage were reported already: each is worth one line, not one with each attempt.
struct OutageReports {
    private static let maxReasons = 16

    private var reasons: Set<String> = []

    /// Whether this reason is new to the outage. One that is told in ever new words is not for ever.
    mutating func isNew(_ reason: RedisError) -> Bool {
        reasons.count < Self.maxReasons && reasons.insert(reason.description).inserted
    }

    /// The outage is over.
    mutating func reset() {
        reasons = []
    }
}
