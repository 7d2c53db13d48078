import JSONBytes
import Probes
import Testing

@Suite struct EncodedSampleTests {
    @Test(arguments: [
        (#"{"flags":[]}"#, #"{"flags":["backfill"]}"#),
        (#"{"flags":["partial"]}"#, #"{"flags":["partial","backfill"]}"#), ("{}", "{}"), ("", ""),
    ])
    func `marks a late sample and leaves strange bytes alone`(before: String, after: String) {
        var sample = EncodedSample(probe: "top", epochMs: 0, bytes: Array(before.utf8))
        sample.markBackfill()
        #expect(String(decoding: sample.bytes, as: UTF8.self) == after)
    }

    @Test func `ids differ by host, probe, start and number`() {
        var ids = Set<String>()
        for host in ["a", "b"] {
            for probe in ["top", "netstat"] {
                for start in [1, 2] as [Int64] {
                    for seq in 0..<50 as Range<UInt64> {
                        ids.insert(SampleID(host: host, probe: probe, startMs: start, seq: seq).description)
                    }
                }
            }
        }
        #expect(ids.count == 400)
        #expect(
            SampleID(host: "web-1", probe: "top", startMs: 0x18f3a2b4c5d, seq: 1742).description
                == "web-1:top:18f3a2b4c5d:1742")
    }
}
