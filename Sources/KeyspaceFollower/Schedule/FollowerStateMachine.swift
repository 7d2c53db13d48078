internal import NIOCore
internal import StreamAssembly

/// All rules of following the keys under one prefix: what is dirty, what to do next and when.
///
/// Whoever performs it asks ``next(now:)``, does what it says, reports how it went, and asks again.
struct FollowerStateMachine {
    private enum Scan: Equatable {
        case waiting(until: NIODeadline)
        case running(cursor: String)
    }

    static let maxBatch = 64
    /// For each step of a search, which takes Redis 0.7 ms: a tenth of its time at most.
    private static let scanRest = TimeAmount.milliseconds(7)

    let perKey: Int
    var timing: FollowerTiming
    /// The highest score that is taken at this moment.
    var latestScore: @Sendable () -> Double = { .infinity }
    var isSample: @Sendable (_ row: Row, _ key: String) -> Bool = { _, _ in true }
    /// How large answers may be.
    private(set) var sizes = ReplySizes()
    private let ticks: TickPolicy
    private(set) var cursors: [String: KeyCursor] = [:]
    private var dirty = DirtyKeys()
    private(set) var wrongTypes: Set<String> = []
    private var retries: RetryList
    /// Keys one of which broke the connection by its reply, and those of which it is certain.
    private var suspects: Set<String> = []
    private var quarantine: RetryList
    private var checks = ContentChecks()
    private var nextContent: NIODeadline
    /// Some of whose members wait for their time.
    private var early: Set<String> = []
    /// Of these, those whose time has come although nothing tells of it; to be read by who knows the writes.
    private var ripe: [String] = []
    private var scan: Scan
    private var scanSteps: Int64 = 0
    private var hasScanned = false
    private var lastWasScan = false
    private var nextCheck: NIODeadline
    private var nextReconcile: NIODeadline
    /// Nil while events tell of changes.
    private var nextPoll: NIODeadline?
    private var nextRound: NIODeadline
    private var isInRound = false
    private var roundLeft = 0
    private var roundWork = TimeAmount.nanoseconds(0)
    private(set) var rounds: UInt64 = 0
    /// Of all keys, for those not yet read.
    private var averageRowBytes = 4096

    init(perKey: Int, timing: FollowerTiming, now: NIODeadline) {
        self.perKey = perKey
        self.timing = timing
        ticks = TickPolicy(maximum: timing.maxTick)
        retries = RetryList(first: timing.firstRetry, last: timing.lastRetry)
        quarantine = RetryList(first: timing.quarantine, last: timing.quarantine)
        scan = .waiting(until: .distantFuture)
        (nextCheck, nextReconcile, nextRound, nextContent) = (now, now, now, now)
    }

    /// Everything was looked at once since the connection came up.
    var isCaughtUp: Bool { hasScanned && !dirty.hasBackground }

    var isNotified: Bool { nextPoll == nil }

    // MARK: - What happened

    /// The connection is up and events are subscribed to: whatever happened before is unknown.
    mutating func connected(isSameServer: Bool, isNotified: Bool, now: NIODeadline) {
        // What counts do not see is read beside what is new, lest that have to wait.
        if isSameServer { doubtAll() }
        markAll(isSameServer ? .thorough : .full)
        scan = .running(cursor: "0")
        hasScanned = false
        (nextCheck, nextReconcile, nextRound) = (now + timing.check, now + timing.reconcile, now)
        nextContent = now + .nanoseconds(timing.content.nanoseconds / Int64(ContentChecks.ticks))
        notificationsChecked(isNotified: isNotified, wereLost: false, now: now)
    }

    /// The connection is up, and nothing was missed meanwhile but for `keys`, whose reads were never answered.
    mutating func resumed(_ keys: some Sequence<String>, now: NIODeadline) {
        for key in keys where !isHeldBack(key) { dirty.mark(key, .full, isUrgent: false) }
        if !hasScanned { scan = .running(cursor: "0") }
        (nextCheck, nextRound) = (now + timing.check, now)
    }

    /// True where this is the first event of a round: whoever waits has to ask ``next(now:)`` again.
    mutating func eventReceived(_ key: String, _ hint: KeyHint) -> Bool {
        switch hint {
        case .ignore: return false
        case .trim: withCursor(key) { $0.trimmed() }
        case .look(let need):
            withCursor(key) { $0.told(need) }
            if retries.raise(key, need) || quarantine.raise(key, need) { break }
            let isFirst = dirty.urgentCount == 0
            dirty.mark(key, need, isUrgent: true)
            return isFirst
        }
        return false
    }

    /// In place: a cursor is large to move.
    private mutating func withCursor(_ key: String, _ change: (inout KeyCursor) -> Void) {
        guard let index = cursors.index(forKey: key) else { return }
        change(&cursors.values[index])
    }

    /// `wereLost`: they were found switched off, so that what happened meanwhile is unknown.
    mutating func notificationsChecked(isNotified: Bool, wereLost: Bool, now: NIODeadline) {
        let wasNotified = self.isNotified
        nextPoll = isNotified ? nil : nextPoll ?? now + timing.poll
        // Keys that came are found by the clock from now on, or by events.
        if case .waiting(let until) = scan {
            scan = .waiting(until: isNotified && !wasNotified ? now + timing.scan : min(until, now + scanInterval))
        }
        if wereLost { silentlyChanged() }
    }

    /// Anything may have happened of which nothing told.
    mutating func silentlyChanged() {
        doubtAll()
        markAll(.thorough)
        searchAgain()
    }

    private mutating func doubtAll() {
        for key in Array(cursors.keys) {
            withCursor(key) { $0.doubt.raise() }
            checks.suspect(key, atOnce: true)
        }
    }

    private var scanInterval: TimeAmount { isNotified ? timing.scan : min(timing.scan, timing.pollScan) }

    mutating func scanned(_ keys: [String], next: String, now: NIODeadline) {
        scanSteps += 1
        for key in keys where cursors[key] == nil && !isHeldBack(key) {
            dirty.mark(key, .probe, isUrgent: false)
        }
        if next == "0" {
            scan = .waiting(until: now + max(scanInterval, min(Self.scanRest * scanSteps, .minutes(1))))
            scanSteps = 0
            hasScanned = true
        } else {
            scan = .running(cursor: next)
        }
    }

    /// The exact effect of a write that was told; nil for a key of which nothing is known.
    mutating func apply(
        _ command: SortedSetCommand, to key: String, into changes: inout [Change]
    ) -> KeyCursor.Application? {
        // Taken out meanwhile, lest its window be copied.
        guard var cursor = cursors.removeValue(forKey: key) else { return nil }
        let application = cursor.apply(command, ceiling: latestScore(), into: &changes)
        if cursor.beyond.next != nil { early.insert(key) }
        if application != .absent { cursors[key] = cursor }
        return application
    }

    /// Nothing is known of the key any more: not even that it exists.
    mutating func forget(_ key: String) {
        cursors[key] = nil
    }

    /// The keys that have to be read as the time of some of their members has come.
    mutating func takeRipe() -> [String] {
        defer { ripe = [] }
        return ripe
    }

    /// Keys may have come that no write named.
    mutating func searchAgain() {
        scan = .running(cursor: "0")
    }

    // MARK: - What to do

    enum Action: Equatable {
        case look(LookBatch)
        case scan(cursor: String)
        /// See whether we are still told of changes.
        case check
        case wait(until: NIODeadline)
    }

    mutating func next(now: NIODeadline) -> Action {
        fireTimers(now)
        if nextCheck <= now {
            nextCheck = now + timing.check
            return .check
        }
        let isRoundDue = dirty.urgentCount > 0 && nextRound <= now
        if case .running(let cursor) = scan, !lastWasScan || !(isRoundDue || dirty.hasBackground) {
            lastWasScan = true
            return .scan(cursor: cursor)
        }
        lastWasScan = false
        guard isRoundDue || dirty.hasBackground else { return .wait(until: wakeAt) }
        return .look(takeBatch(isRoundDue: isRoundDue, now))
    }

    /// The earliest time at which ``next(now:)`` has something to do, unless an event comes first.
    private var wakeAt: NIODeadline {
        var wake = min(nextCheck, nextReconcile, nextPoll ?? .distantFuture, retries.due ?? .distantFuture)
        wake = min(wake, quarantine.due ?? .distantFuture, nextContent)
        if dirty.urgentCount > 0 { wake = min(wake, nextRound) }
        if case .waiting(let until) = scan { wake = min(wake, until) }
        return wake
    }

    private mutating func fireTimers(_ now: NIODeadline) {
        if nextReconcile <= now {
            nextReconcile = now + timing.reconcile
            markAll(.thorough)
        }
        if let poll = nextPoll, poll <= now {
            nextPoll = now + timing.poll
            markAll(.probe)
        }
        if nextContent <= now {
            nextContent = now + .nanoseconds(timing.content.nanoseconds / Int64(ContentChecks.ticks))
            checkContent(now)
        }
        if case .waiting(let until) = scan, until <= now { scan = .running(cursor: "0") }
        for (key, need) in retries.take(now) + quarantine.take(now) { dirty.mark(key, need, isUrgent: false) }
    }

    private mutating func checkContent(_ now: NIODeadline) {
        sizes.tick(now)
        let ceiling = early.isEmpty ? 0 : latestScore()
        for key in early {
            guard let next = cursors[key]?.beyond.next else {
                early.remove(key)
                continue
            }
            guard next <= ceiling, !isHeldBack(key) else { continue }
            if timing.budget == nil { ripe.append(key) } else { dirty.mark(key, .thorough, isUrgent: false) }
        }
        guard let budget = timing.budget else { return }
        let due = checks.due(
            now: now, interval: timing.content, budget: isNotified ? budget : .polling, isNotified: isNotified, cursors)
        for key in due where !isHeldBack(key) { dirty.mark(key, .full, isUrgent: false) }
    }

    private mutating func markAll(_ need: KeyNeed) {
        for key in cursors.keys where !isHeldBack(key) { dirty.mark(key, need, isUrgent: false) }
    }

    private func isHeldBack(_ key: String) -> Bool { retries.contains(key) || quarantine.contains(key) }

    // MARK: - Looking

    /// Marks are cleared here, before anything is read: an event that comes later marks the key again.
    private mutating func takeBatch(isRoundDue: Bool, _ now: NIODeadline) -> LookBatch {
        var batch = LookBatch()
        var count = 0
        if isRoundDue {
            if roundLeft == 0 { roundLeft = dirty.urgentCount }
            isInRound = true
            while count < min(Self.maxBatch, roundLeft), let (key, need) = dirty.takeUrgent() {
                batch.append(begin(key, need, now))
                count += 1
            }
            roundLeft -= count
        }
        while count < Self.maxBatch, let (key, need) = dirty.takeBackground() {
            batch.append(begin(key, need, now))
            count += 1
        }
        return batch
    }

    private mutating func begin(_ key: String, _ need: KeyNeed, _ now: NIODeadline) -> Look {
        var cursor: KeyCursor
        if let known = cursors.removeValue(forKey: key) {
            cursor = known
        } else {
            cursor = KeyCursor(key: key, perKey: perKey, averageRowBytes: averageRowBytes)
            checks.added(key)
        }
        cursor.doubt.lookBegins(now: now)
        let reads = cursor.begin(need, within: .init(ceiling: latestScore(), partBytes: sizes.partBytes(of: key)))
        let bytes = cursor.expectedReplyBytes(reads)
        cursors[key] = cursor
        return Look(key: key, need: need, reads: reads, expectedBytes: bytes, isAlone: suspects.contains(key))
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
        guard var cursor = cursors.removeValue(forKey: look.key) else { return Progress() }
        let step = cursor.received(answers, into: &changes) { isSample($0, look.key) }
        averageRowBytes = cursor.averageRowBytes
        if cursor.doubt.isDoubtful { checks.suspect(look.key) }
        if cursor.beyond.next != nil { early.insert(look.key) }
        cursors[look.key] = cursor
        switch step {
        case .read(let reads):
            var look = look
            (look.reads, look.expectedBytes) = (reads, cursor.expectedReplyBytes(reads))
            return Progress(look: look)
        case .done(let outcome):
            var progress = ended(look, outcome, now: now)
            progress.outcome = outcome
            return progress
        }
    }

    private mutating func ended(_ look: Look, _ outcome: KeyCursor.Outcome, now: NIODeadline) -> Progress {
        suspects.remove(look.key)
        switch outcome {
        case .current:
            wrongTypes.remove(look.key)
            retries.succeeded(look.key)
        case .absent:
            wrongTypes.remove(look.key)
            cursors[look.key] = nil
            retries.succeeded(look.key)
        case .wrongType:
            return Progress(newWrongType: wrongTypes.insert(look.key).inserted)
        case .changing:
            dirty.mark(look.key, .full, isUrgent: true)
        case .refused(let code, let message):
            retries.add(look.key, look.need, now: now)
            return Progress(refusal: "\(code) \(message)")
        }
        return Progress()
    }

    /// All looks of a batch are over; `work` is how long they kept this process busy.
    mutating func batchEnded(work: TimeAmount, now: NIODeadline) {
        guard isInRound else { return }
        roundWork = roundWork + work
        guard roundLeft == 0 else { return }
        isInRound = false
        rounds += 1
        nextRound = now + ticks.wait(afterWork: roundWork)
        roundWork = .nanoseconds(0)
    }

    /// The answer to these looks was larger than the client accepts, or no RESP at all, and broke the connection: they
    /// are read one by one, and a key that does it alone rests for a while, so that it does not stop all the others.
    ///
    /// Gives the key that rests from now on.
    mutating func broke(_ looks: [Look], now: NIODeadline) -> String? {
        suspects.formUnion(looks.map(\.key))
        guard looks.count == 1, let look = looks.first else { return nil }
        suspects.remove(look.key)
        quarantine.add(look.key, .full, now: now)
        return look.key
    }

    /// Redis closed the connection instead of answering these looks, maybe for the size of its answers (its
    /// `client-output-buffer-limit`): they are asked for in smaller parts, one by one.
    ///
    /// Gives the key that rests from now on, as not even one of its members can be read.
    mutating func cut(_ looks: [Look], now: NIODeadline) -> String? {
        let expected = looks.reduce(0) { $0 + $1.expectedBytes }
        guard expected >= ReplySizes.harmless || looks.contains(where: { suspects.contains($0.key) }) else {
            return nil
        }
        suspects.formUnion(looks.map(\.key))
        sizes.cut(now)
        guard looks.count == 1, let look = looks.first, !sizes.halve(look.key) else { return nil }
        suspects.remove(look.key)
        quarantine.add(look.key, .full, now: now)
        return look.key
    }

    /// - Parameter bytes: what Redis itself says that it lets wait for one client.
    mutating func replyLimitFound(_ bytes: Int) { sizes.limit(bytes) }

    /// The connection was lost: nothing that was asked is answered.
    mutating func disconnected() {
        for key in cursors.keys { cursors[key]?.abandon() }
        (isInRound, roundLeft, roundWork) = (false, 0, .nanoseconds(0))
    }
}
