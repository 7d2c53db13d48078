/// The name of a sample: `HOST:PROBE:START:SEQ`, with the collector's start in epoch ms as hexadecimal; `START:SEQ` where
/// that would be longer than a daemon takes, which host and probe stand beside anyway.
///
/// Unique in its key as long as one host runs one collector that is not started twice in a millisecond.
package struct SampleID: Sendable, Hashable, CustomStringConvertible {
    /// The longest `id` that a daemon takes (Contract.md), bytes.
    static let maxBytes = 256

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
        return host.utf8.count + probe.utf8.count + own.utf8.count + 2 <= Self.maxBytes
            ? "\(host):\(probe):\(own)" : own
    }
}
