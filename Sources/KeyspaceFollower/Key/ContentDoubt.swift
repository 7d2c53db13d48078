internal import NIOCore

/// Whether a key's content may differ from what the follower believes, although every count agrees.
///
/// Counts miss a removal when an addition in the same range makes up for it, and a member whose score moves within the
/// range. Events do not: each one is for a command that changed something. An event whose change no look finds casts
/// doubt. Only a read of the whole window ends it.
struct ContentDoubt: Equatable {
    /// Events of additions, and rows that looks found. One command may add many rows, and each has an event.
    var additionEvents = 0
    var rowsFound = 0
    /// Events of trims since the last look that found one.
    var trimEvents = 0
    /// Something may have changed without an event.
    private(set) var isUnsure = false
    /// All events; and how many there were when the read in full that runs began, when the last complete one began, and
    /// when the last look began.
    private var events = 0
    private var eventsBeforeReading = 0
    private var eventsBeforeRead = 0
    private var eventsBeforeLook = 0
    /// When the last look began that an event asked for.
    private var lastNews: NIODeadline?
    private(set) var lastRead: NIODeadline?
    private var lastLook: NIODeadline?

    /// Events are at most this late.
    private static let latest = TimeAmount.seconds(1)
    private static let busy = TimeAmount.seconds(2)

    var isDoubtful: Bool { isUnsure || additionEvents > rowsFound || trimEvents > 0 }

    mutating func raise() { isUnsure = true }

    /// An event came, of whatever kind. Those of additions and trims are counted apart as well.
    mutating func noteEvent() { events += 1 }

    mutating func noteAddition() { additionEvents += 1 }

    mutating func noteTrim() { trimEvents += 1 }

    /// Whether an event came since the last read in full began.
    var isTouched: Bool { events != eventsBeforeRead }

    /// Whether the key is being written to: events came lately.
    func isBusy(now: NIODeadline) -> Bool { lastNews.map { now - $0 < Self.busy } ?? false }

    mutating func lookBegins(now: NIODeadline) {
        // A command that added many rows must not make up for another that was missed.
        if let lastLook, now - lastLook > Self.latest, rowsFound > additionEvents { rowsFound = additionEvents }
        lastLook = now
        if events != eventsBeforeLook { lastNews = now }
        eventsBeforeLook = events
    }

    mutating func readingBegins() { eventsBeforeReading = events }

    mutating func found(rows: Int) { rowsFound += rows }

    /// A look found the lowest members gone: that explains one trim.
    mutating func foundTrim() { trimEvents = max(0, trimEvents - 1) }

    /// The set has members below our window: trims took those.
    mutating func expectTrimsBelow() { trimEvents = 0 }

    mutating func wasReadInFull() {
        (additionEvents, rowsFound, trimEvents, isUnsure) = (0, 0, 0, false)
        eventsBeforeRead = eventsBeforeReading
        lastRead = lastLook
    }
}
