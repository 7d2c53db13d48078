internal import NIOCore

/// Whether a key's content may differ from what is believed although every count agrees.
///
/// Counts do not see a removal that an addition within its range made up for, nor a member with another score within the
/// range. Events do: each tells of one command that changed something. What they tell of and a look does not find casts
/// doubt, which only a reading of the whole window ends.
struct ContentDoubt: Equatable {
    /// Additions that events told of, and rows that looks found: one command may add many rows, none changes nothing.
    var additionsTold = 0
    var rowsFound = 0
    /// Trims that events told of since the last look that found one.
    var trimsTold = 0
    /// Something may have changed of which nothing told.
    private(set) var isUnsure = false
    private(set) var lastRead: NIODeadline?
    private var lastLook: NIODeadline?

    /// Events are at most this late.
    private static let latest = TimeAmount.seconds(1)

    var isDoubtful: Bool { isUnsure || additionsTold > rowsFound || trimsTold > 0 }

    mutating func raise() { isUnsure = true }

    mutating func lookBegins(now: NIODeadline) {
        // A command that added many rows makes up for no other.
        if let lastLook, now - lastLook > Self.latest, rowsFound > additionsTold { rowsFound = additionsTold }
        lastLook = now
    }

    mutating func found(rows: Int) { rowsFound += rows }

    /// A look found the lowest members gone: one trim is explained.
    mutating func foundTrim() { trimsTold = max(0, trimsTold - 1) }

    /// Where more lies below what is ours, it is there that a trim bites.
    mutating func expectTrimsBelow() { trimsTold = 0 }

    mutating func wasReadInFull() {
        (additionsTold, rowsFound, trimsTold, isUnsure) = (0, 0, 0, false)
        lastRead = lastLook
    }
}

/// What is known of the members whose time has not come.
struct BeyondCeiling: Equatable {
    /// How many there were at the last look.
    var count = 0
    /// The lowest score among them, as far as it is known.
    var next: Double?

    var isEmpty: Bool { count == 0 && next == nil }
}
