/// How samples are kept: in Redis, and in memory while Redis is away.
package struct PushPolicy: Sendable, Equatable {
    /// The newest samples that a key keeps.
    package var keep: Int
    /// A key that gets no sample for so long is removed by Redis.
    package var retentionMs: Int64
    /// The most samples that wait for Redis; then the oldest are dropped.
    package var queuedSamples: Int
    package var queuedBytes: Int
    /// The first and then every so many samples of a key trim it and renew its expiry: each is an event to every
    /// follower, so not with each sample.
    package var samplesPerTrim: UInt64
    /// A sample sent later than this after it was made carries the flag `backfill`.
    package var lateAfterMs: Int64

    package init(
        keep: Int = 3600, retentionMs: Int64 = 7_200_000, queuedSamples: Int = 600,
        queuedBytes: Int = 16 * 1024 * 1024, samplesPerTrim: UInt64 = 30, lateAfterMs: Int64 = 1000
    ) {
        self.keep = keep
        self.retentionMs = retentionMs
        self.queuedSamples = queuedSamples
        self.queuedBytes = queuedBytes
        self.samplesPerTrim = samplesPerTrim
        self.lateAfterMs = lateAfterMs
    }
}
