/// How samples are kept: in Redis, and here while Redis is away.
package struct PushPolicy: Sendable, Equatable {
    /// The newest samples that a key keeps.
    package var keep: Int
    /// A key that gets no sample for so long is removed by Redis.
    package var retentionMs: Int64
    /// The first and then every so many samples of a key trim it and renew its expiry: each is an event to every
    /// follower, so not with each sample.
    package var samplesPerTrim: UInt64
    /// Redis counts as slow when an answer takes longer: samples wait from then on, and say `backfill`.
    package var lateAfterMs: Int64
    /// What may wait for one Redis.
    package var waiting: WaitingLimits

    package init(
        keep: Int = 3600, retentionMs: Int64 = 7_200_000, samplesPerTrim: UInt64 = 30, lateAfterMs: Int64 = 1000,
        waiting: WaitingLimits = WaitingLimits()
    ) {
        self.keep = keep
        self.retentionMs = retentionMs
        self.samplesPerTrim = samplesPerTrim
        self.lateAfterMs = lateAfterMs
        self.waiting = waiting
    }
}
