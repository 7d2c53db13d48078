import TestSupport

/// One row of the table: how the collectors write, what goes wrong meanwhile, and what is excused.
struct FaultCase: Sendable {
    /// Which samples a collector writes.
    enum Writing: Sendable {
        case plain
        /// A fifth late, a fifth with the score of the one before.
        case late
        /// Seven at a time in MULTI.
        case batches
        /// With every tenth sample all but the newest so many of its key go.
        case trimming(keep: Int)
        /// One in ten of the members is written a second time, with another score.
        case rescored
        /// All with one score.
        case oneScore
    }

    /// The number in the list of cases that have to hold, and a letter where one has several forms.
    let number: Int
    var letter = ""
    let name: String
    var modes = Set(FollowMode.allCases)
    var redis: [String] = []
    var daemon: [String] = []
    var writing = Writing.plain
    /// The newest samples of a key that the daemon holds.
    var perKey = 600
    /// A master, a replica and three sentinels in place of one server.
    var hasSentinels = false
    /// Returns when the fault is over.
    var fault: (@Sendable (Stage) async throws -> Void)?

    var label: String { "\(number)\(letter)" }
}
