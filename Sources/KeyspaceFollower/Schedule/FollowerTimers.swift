internal import NIOCore

/// How often each thing is done without an event asking for it.
struct FollowerTiming: Equatable {
    var reconcile: TimeAmount = .seconds(5)
    var scan: TimeAmount = .seconds(10)
    var check: TimeAmount = .seconds(10)
    var poll: TimeAmount = .milliseconds(250)
    /// How soon at the latest a key in doubt is read in full.
    var content: TimeAmount = .seconds(5)
    /// Used in place of `scan` where no event names new keys.
    var pollScan: TimeAmount = .seconds(1)
    /// The exact effect of each write is known: keys are read through the ``ReplicationLedger`` only.
    var isExact = false
    var budget = ContentChecks.Budget.notified
    var maxTick: TimeAmount = .milliseconds(50)
    var firstRetry: TimeAmount = .milliseconds(100)
    var lastRetry: TimeAmount = .seconds(5)
    /// How long a key is left alone that no reply within the limits can hold.
    var quarantine: TimeAmount = .seconds(60)
}

extension FollowerTiming {
    init(_ configuration: FollowerConfiguration) {
        self.init(
            reconcile: Self.interval(configuration.reconcileInterval),
            scan: Self.interval(configuration.scanInterval),
            check: Self.interval(min(configuration.scanInterval, configuration.reconcileInterval)),
            poll: Self.interval(configuration.pollInterval),
            content: Self.interval(configuration.reconcileInterval),
            maxTick: TimeAmount(min(max(configuration.maxTick, .zero), .seconds(10))))
    }

    /// For a follower that knows the effect of every write: nothing is read by the clock, unless the server has writes
    /// of its own that its stream does not bring.
    static func replication(_ configuration: FollowerConfiguration, hasOwnWrites: Bool) -> FollowerTiming {
        var timing = FollowerTiming(configuration)
        (timing.check, timing.reconcile, timing.scan) = (timing.reconcile, .hours(24 * 365), .hours(24 * 365))
        timing.isExact = true
        timing.budget = hasOwnWrites ? .polling : .exact
        return timing
    }

    /// Neither so short that nothing else is done, nor beyond what the clock can hold.
    private static func interval(_ duration: Duration) -> TimeAmount {
        TimeAmount(min(max(duration, .milliseconds(1)), .seconds(86400)))
    }
}

/// When each thing is due that is done by the clock. Each `take…` says whether it is due, and sets its next time.
struct FollowerTimers {
    var timing: FollowerTiming
    private var check: NIODeadline
    private var reconcile: NIODeadline
    private var content: NIODeadline
    /// Nil while events tell of changes.
    private var poll: NIODeadline?

    init(_ timing: FollowerTiming, now: NIODeadline) {
        self.timing = timing
        (check, reconcile, content) = (now, now, now)
    }

    /// Whether events tell of changes.
    var isNotified: Bool { poll == nil }

    /// How often keys are searched for.
    var scanInterval: TimeAmount { isNotified ? timing.scan : min(timing.scan, timing.pollScan) }

    var earliest: NIODeadline { min(check, reconcile, content, poll ?? .distantFuture) }

    mutating func connected(now: NIODeadline) {
        (check, reconcile) = (now + timing.check, now + timing.reconcile)
        content = now + contentTick
    }

    mutating func resumed(now: NIODeadline) { check = now + timing.check }

    mutating func setNotified(_ isNotified: Bool, now: NIODeadline) {
        poll = isNotified ? nil : poll ?? now + timing.poll
    }

    mutating func takeCheck(_ now: NIODeadline) -> Bool { Self.take(&check, timing.check, now) }
    mutating func takeReconcile(_ now: NIODeadline) -> Bool { Self.take(&reconcile, timing.reconcile, now) }
    mutating func takeContent(_ now: NIODeadline) -> Bool { Self.take(&content, contentTick, now) }

    mutating func takePoll(_ now: NIODeadline) -> Bool {
        guard let due = poll, due <= now else { return false }
        poll = now + timing.poll
        return true
    }

    private var contentTick: TimeAmount { .nanoseconds(timing.content.nanoseconds / Int64(ContentChecks.ticks)) }

    private static func take(_ due: inout NIODeadline, _ interval: TimeAmount, _ now: NIODeadline) -> Bool {
        guard due <= now else { return false }
        due = now + interval
        return true
    }
}
