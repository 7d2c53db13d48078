/// The name of a sample: `HOST:PROBE:START:SEQ`, with the collector's start in epoch ms as hexadecimal.
///
/// Unique as long as one host runs one collector that is not started twice in a millisecond.
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
        "\(host):\(probe):\(String(startMs, radix: 16)):\(seq)"
    }
}
