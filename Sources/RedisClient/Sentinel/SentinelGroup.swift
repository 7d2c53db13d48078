/// The sentinels that watch over one master, and its name with them.
package struct SentinelGroup: Sendable, Hashable {
    /// At least one; others are learned from these.
    package let sentinels: [RedisHost]
    package let master: String

    package init(sentinels: [RedisHost], master: String) {
        self.sentinels = sentinels
        self.master = master
    }
}
