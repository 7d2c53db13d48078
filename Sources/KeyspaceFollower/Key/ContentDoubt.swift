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
    /// How many events told of anything; how many had when the reading in full began, and when the last whole one had.
    private var told = 0
    private var toldBeforeReading = 0
    private var toldBeforeRead = 0
    private var toldBeforeLook = 0
    /// When a look last began of which an event had told.
    private var lastNews: NIODeadline?
    private(set) var lastRead: NIODeadline?
    private var lastLook: NIODeadline?

    /// Events are at most this late.
    private static let latest = TimeAmount.seconds(1)
    private static let busy = TimeAmount.seconds(2)

    var isDoubtful: Bool { isUnsure || additionsTold > rowsFound || trimsTold > 0 }

    mutating func raise() { isUnsure = true }

    mutating func additionTold() { additionsTold += 1 }

    mutating func trimTold() { trimsTold += 1 }

    /// An event told of something, whatever it was.
    mutating func eventTold() { told += 1 }

    /// Whether an event has told of anything since the last reading in full began.
    var isTouched: Bool { told != toldBeforeRead }

    /// Whether events told of it lately: it is being written to.
    func isBusy(now: NIODeadline) -> Bool { lastNews.map { now - $0 < Self.busy } ?? false }

    mutating func lookBegins(now: NIODeadline) {
        // A command that added many rows makes up for no other.
        if let lastLook, now - lastLook > Self.latest, rowsFound > additionsTold { rowsFound = additionsTold }
        lastLook = now
        if told != toldBeforeLook { lastNews = now }
        toldBeforeLook = told
    }

    mutating func readingBegins() { toldBeforeReading = told }

    mutating func found(rows: Int) { rowsFound += rows }

    /// A look found the lowest members gone: one trim is explained.
    mutating func foundTrim() { trimsTold = max(0, trimsTold - 1) }

    /// Where more lies below what is ours, it is there that a trim bites.
    mutating func expectTrimsBelow() { trimsTold = 0 }

    mutating func wasReadInFull() {
        (additionsTold, rowsFound, trimsTold, isUnsure) = (0, 0, 0, false)
        toldBeforeRead = toldBeforeReading
        lastRead = lastLook
    }
}

/// What is known of the members whose time has not come.
struct BeyondCeiling: Equatable {
    /// How many there were at the last look.
    var count = 0
    /// The lowest score among them, as far as it is known.
    var next: Double?
    /// Beyond which they were counted.
    var ceiling: Double?

    var isEmpty: Bool { count == 0 && next == nil }
}
