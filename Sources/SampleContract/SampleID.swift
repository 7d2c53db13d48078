/// The `id` of a sample: `HOST:PROBE:START:SEQ`, with the collector's start in epoch ms as hexadecimal. If that would
/// be longer than a daemon takes, it is `START:SEQ`: host and probe are in the sample anyway (Contract.md: `id`).
///
/// It is unique in its key as long as a host runs one collector, which is not started twice in a millisecond.
package struct SampleID: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var probe: String
    package var startMs: Int64
    package var seq: UInt64

    package init(host: String, probe: String, startMs: Int64, seq: UInt64) {
        self.host = host
        self.probe = probe
        self.startMs = startMs
        self.seq = seq
    }

    package var description: String {
        let own = "\(String(startMs, radix: 16)):\(seq)"
        return host.utf8.count + probe.utf8.count + own.utf8.count + 2 <= SampleLimits.idBytes
            ? "\(host):\(probe):\(own)" : own
    }
}

/// How large the parts of a sample may be (Contract.md).
package enum SampleLimits {
    /// The longest `id` that a daemon takes, in bytes.
    package static let idBytes = 256
    /// The longest member that a daemon takes, in bytes.
    package static let memberBytes = 1 << 20
    /// The longest member that a collector makes on purpose. It is below the other limit, because the length of a row
    /// is only estimated.
    package static let collectedBytes = 1_000_000
}

/// The version of the schema of samples, in their member `v`.
package enum SampleSchema {
    package static let version = 1
}
