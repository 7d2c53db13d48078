internal import NIOCore

/// How often each thing is done without an event asking for it.
struct FollowerTiming: Equatable {
    var reconcile: TimeAmount = .seconds(5)
    var scan: TimeAmount = .seconds(10)
    var check: TimeAmount = .seconds(10)
    var poll: TimeAmount = .milliseconds(250)
    /// How soon at the latest a key in doubt is read in full.
    var content: TimeAmount = .seconds(5)
    /// Where nothing tells of new keys.
    var pollScan: TimeAmount = .seconds(1)
    /// Nil where each write is told exactly.
    var budget: ContentChecks.Budget? = .notified
    var maxTick: TimeAmount = .milliseconds(50)
    var firstRetry: TimeAmount = .milliseconds(100)
    var lastRetry: TimeAmount = .seconds(5)
    /// How long a key rests that no reply within the limits can hold.
    var quarantine: TimeAmount = .seconds(60)
}
