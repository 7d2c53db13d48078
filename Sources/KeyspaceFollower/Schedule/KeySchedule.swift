internal import NIOCore
internal import StreamAssembly

/// All rules of when a key is looked at: what is dirty, what to do next and when.
///
/// Whoever performs it asks ``next(now:)``, does what it says, reports the outcome, and asks again.
struct KeySchedule {
    static let maxBatch = 64

    private let perKey: Int
    private var keys: FollowedKeys
    private var dirty = DirtyKeys()
    private var timers: FollowerTimers
    private var search = KeySearch()
    private var rounds: Rounds
    private var troubles: ReadTroubles
    private var checks = ContentChecks()
    private(set) var wrongTypes: Set<String> = []
    /// Keys to be read although no write tells that they changed; see ``takeTurns()``.
    private var turns: [String] = []

    init(
        perKey: Int, timing: FollowerTiming, now: NIODeadline,
        latestScore: @escaping @Sendable () -> Double = { .infinity },
        isSample: @escaping @Sendable (_ row: Row, _ key: String) -> Bool = { _, _ in true }
    ) {
        self.perKey = perKey
        keys = FollowedKeys(perKey: perKey, latestScore: latestScore, isSample: isSample)
        timers = FollowerTimers(timing, now: now)
        rounds = Rounds(maxTick: timing.maxTick, now: now)
        troubles = ReadTroubles(timing)
    }

    var timing: FollowerTiming {
        get { timers.timing }
        set { timers.timing = newValue }
    }

    var cursors: [String: KeyCursor] { keys.cursors }

    /// How large answers may be.
    var sizes: ReplySizes { troubles.sizes }

    /// Rounds of reads that events asked for, since the start.
    var roundsDone: UInt64 { rounds.count }

    /// Everything was looked at once since the connection came up.
    var isCaughtUp: Bool { search.isComplete && !dirty.hasBackground }

    // MARK: - The connection

    /// The connection is up and events are subscribed to. What happened before is unknown.
    mutating func connected(isSameServer: Bool, isNotified: Bool, now: NIODeadline) {
        // Changes that no count shows are read beside what is new, so that the new need not wait for them.
        if isSameServer { doubtAll() }
        markAll(isSameServer ? .thorough : .full)
        search.connected()
        timers.connected(now: now)
        rounds.abandon(now: now)
        dirty.wake()
        notificationsChecked(isNotified: isNotified, wereLost: false, now: now)
    }

    /// The connection is up, and nothing was missed meanwhile but for `keys`, whose reads were never answered.
    mutating func resumed(_ keys: some Sequence<String>, now: NIODeadline) {
        for key in keys { mark(key, .full) }
        search.resumed()
        timers.resumed(now: now)
        rounds.abandon(now: now)
        dirty.wake()
    }

    /// The connection was lost: nothing that was asked is answered.
    mutating func disconnected() {
        keys.abandonReads()
    }

    /// Whether events tell of changes from now on. `wereLost`: they did not for a while, so that what happened is
    /// unknown.
    mutating func notificationsChecked(isNotified: Bool, wereLost: Bool, now: NIODeadline) {
        let isNew = isNotified && !timers.isNotified
        timers.setNotified(isNotified, now: now)
        // From now on it is events that name new keys, or else it is the search.
        search.setNext(now + timers.scanInterval, onlyEarlier: !isNew)
        if wereLost { silentlyChanged() }
    }

    /// Anything may have happened without an event.
    mutating func silentlyChanged() {
        doubtAll()
        markAll(.thorough)
        searchAgain()
    }

    private mutating func doubtAll() {
        keys.doubtAll()
        for key in cursors.keys { checks.suspect(key, atOnce: true) }
    }

    private mutating func markAll(_ need: KeyNeed) {
        for key in cursors.keys { mark(key, need) }
    }

    /// To be looked at by the clock, unless it is held back.
    private mutating func mark(_ key: String, _ need: KeyNeed) {
        if !troubles.holdsBack(key) { dirty.mark(key, need, isUrgent: false) }
    }

    // MARK: - What happened

    /// True where this may move what is to be done next: whoever waits has to ask ``next(now:)`` again.
    mutating func eventReceived(_ key: String, _ hint: KeyHint) -> Bool {
        switch hint {
        case .ignore: return false
        case .trim: keys.change(key) { $0.trimReceived() }
        case .look(let need):
            keys.change(key) { $0.eventReceived(need) }
            if troubles.raise(key, need) { break }
            let (wasUrgent, wasHeld) = (dirty.urgentCount > 0, dirty.isAnyHeld)
            dirty.mark(key, need, isUrgent: true)
            return !wasUrgent && dirty.urgentCount > 0 || !wasHeld && dirty.isAnyHeld
        }
        return false
    }

    /// Whoever gets the changes wants all members of the key once more: with the next read in full. False where the key
    /// is not followed.
    mutating func want(_ key: String) -> Bool {
        guard keys.contains(key) else { return false }
        keys.change(key) { $0.isWantedAgain = true }
        return true
    }

    /// Has the key read in full soon, though nothing told that it changed.
    mutating func readSoon(_ key: String) {
        if !troubles.raise(key, .full) { dirty.mark(key, .full, isUrgent: true) }
    }

    /// A step of the search found these keys; `next` is the cursor of the next step.
    mutating func scanned(_ found: [String], next: String, now: NIODeadline) {
        for key in found where !keys.contains(key) { mark(key, .probe) }
        search.stepped(to: next, interval: timers.scanInterval, now: now)
    }

    /// Applies a write whose exact effect is known; nil for a key of which nothing is known.
    mutating func apply(
        _ command: SortedSetCommand, to key: String, into changes: inout [Change]
    ) -> KeyCursor.Application? {
        keys.apply(command, to: key, into: &changes)
    }

    /// Nothing is known of the key any more: not even that it exists.
    mutating func forget(_ key: String) { keys.forget(key) }

    /// Where writes are known exactly: the keys that have to be read all the same, because the time of some of their
    /// members has come, because they lost newer members, or because there are other writes as well.
    mutating func takeTurns() -> [String] {
        defer { turns = [] }
        return turns
    }

    /// Keys may have come that no write named.
    mutating func searchAgain() { search.restart() }

    // MARK: - What to do

    enum Action: Equatable {
        case look(LookBatch)
        case scan(cursor: String)
        /// Ask the server whether it still sends changes.
        case check
        case wait(until: NIODeadline)
    }

    mutating func next(now: NIODeadline) -> Action {
        fireTimers(now)
        if timers.takeCheck(now) { return .check }
        if rounds.restEnds <= now { dirty.wake() }
        let isRoundDue = dirty.urgentCount > 0
        let isLookDue = isRoundDue || dirty.hasBackground
        if let cursor = search.takeStep(isOtherWorkDue: isLookDue) { return .scan(cursor: cursor) }
        return isLookDue ? .look(takeBatch(isRoundDue: isRoundDue, now)) : .wait(until: wakeAt)
    }

    /// The earliest time at which ``next(now:)`` has something to do, unless an event comes first.
    private var wakeAt: NIODeadline {
        let wake = min(timers.earliest, troubles.due, search.due)
        return dirty.isAnyHeld ? min(wake, rounds.restEnds) : wake
    }

    private mutating func fireTimers(_ now: NIODeadline) {
        if timers.takeReconcile(now) { markAll(.thorough) }
        if timers.takePoll(now) { markAll(.probe) }
        if timers.takeContent(now) { checkContent(now) }
        search.beginIfDue(now)
        for (key, need) in troubles.take(now) { dirty.mark(key, need, isUrgent: false) }
    }

    private mutating func checkContent(_ now: NIODeadline) {
        troubles.tick(now)
        for key in keys.takeRipe() where !troubles.holdsBack(key) {
            if timing.isExact { turns.append(key) } else { mark(key, .thorough) }
        }
        for key in keys.takeShort() { checks.suspect(key) }
        let isNotified = timers.isNotified && !timing.isExact
        let budget = isNotified || timing.isExact ? timing.budget : .polling
        let due = checks.due(now: now, interval: timing.content, budget: budget, isNotified: isNotified, cursors)
        if timing.isExact { turns += due } else { for key in due { mark(key, .full) } }
    }

    // MARK: - Looks

    /// Marks are cleared here, before anything is read: an event that comes later marks the key again.
    private mutating func takeBatch(isRoundDue: Bool, _ now: NIODeadline) -> LookBatch {
        var batch = LookBatch()
        var count = 0
        if isRoundDue {
            let most = min(Self.maxBatch, rounds.begin(urgent: dirty.urgentCount))
            while count < most, let (key, need, additions) = dirty.takeUrgent() {
                batch.append(begin(key, need, now))
                rounds.took(key, additions: additions)
                count += 1
            }
            batch.round = rounds.begun
        }
        while count < Self.maxBatch, let (key, need) = dirty.takeBackground() {
            batch.append(begin(key, need, now))
            count += 1
        }
        return batch
    }

    private mutating func begin(_ key: String, _ need: KeyNeed, _ now: NIODeadline) -> Look {
        if !keys.contains(key) { checks.added(key, to: keys.cursors) }
        let (reads, bytes) = keys.begin(key, need, partBytes: troubles.sizes.partBytes(of: key), now: now)
        return Look(key: key, need: need, reads: reads, expectedBytes: bytes, isAlone: troubles.isSuspect(key))
    }

    /// What came of the answers to one look.
    struct Progress: Equatable {
        /// Nil when the look is over.
        var look: Look?
        /// Nil until then.
        var outcome: KeyCursor.Outcome?
        var newWrongType = false
        var refusal: String?
    }

    mutating func received(
        _ answers: [KeyAnswer], to look: Look, now: NIODeadline, into changes: inout [Change]
    ) -> Progress {
        let known = changes.count
        guard let (step, bytes, isDoubtful) = keys.received(answers, to: look.key, into: &changes) else {
            return Progress()
        }
        if changes[known...].contains(where: { $0.newRows > perKey / 4 }) { rounds.hurry() }
        if isDoubtful { checks.suspect(look.key) }
        switch step {
        case .read(let reads):
            var look = look
            (look.reads, look.expectedBytes) = (reads, bytes)
            return Progress(look: look)
        case .done(let outcome):
            var progress = ended(look, outcome, now: now)
            progress.outcome = outcome
            return progress
        }
    }

    private mutating func ended(_ look: Look, _ outcome: KeyCursor.Outcome, now: NIODeadline) -> Progress {
        troubles.answered(look.key)
        switch outcome {
        case .current, .absent:
            wrongTypes.remove(look.key)
            if outcome == .absent { keys.forget(look.key) }
            troubles.succeeded(look.key)
        case .wrongType:
            return Progress(newWrongType: wrongTypes.insert(look.key).inserted)
        case .changing:
            dirty.mark(look.key, .full, isUrgent: true)
        case .refused(let code, let message):
            troubles.refused(look, now: now)
            return Progress(refusal: "\(code) \(message)")
        }
        return Progress()
    }

    /// All looks of a batch are over; `work` is how long they kept this process busy.
    mutating func batchEnded(work: TimeAmount, now: NIODeadline) {
        dirty.rest(rounds.batchEnded(work: work, now: now))
    }

    /// See ``ReadTroubles/broke(_:now:)``.
    mutating func broke(_ looks: [Look], now: NIODeadline) -> String? { troubles.broke(looks, now: now) }

    /// See ``ReadTroubles/cut(_:now:)``.
    mutating func cut(_ looks: [Look], now: NIODeadline) -> String? { troubles.cut(looks, now: now) }

    /// - Parameter bytes: what Redis itself says that it lets wait for one client.
    mutating func replyLimitFound(_ bytes: Int) { troubles.replyLimitFound(bytes) }
}

extension Change {
    fileprivate var newRows: Int {
        switch self {
        case .added(_, let rows), .gap(_, let rows): rows.count
        case .removed, .trimmed, .again, .gone, .passedOver: 0
        }
    }
}
