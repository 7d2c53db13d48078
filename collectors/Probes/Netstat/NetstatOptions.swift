import SampleContract

/// What the `netstat` probe sends.
package struct NetstatOptions: Sendable {
    /// The most rows of connections.
    package var connections: Int

    package init(connections: Int = 100) {
        self.connections = connections
    }

    /// 12 KB with the defaults; a member of the sorted set may have 1 MiB.
    var maxBytes: Int {
        min(SampleLimits.collectedBytes, 12_000 + max(0, connections - 100) * 130)
    }
}
