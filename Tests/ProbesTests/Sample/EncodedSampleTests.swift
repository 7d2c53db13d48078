import Probes
import Testing

@Suite struct EncodedSampleTests {
    private func sample(_ text: String) -> EncodedSample {
        EncodedSample(probe: "top", epochMs: 1, bytes: Array(text.utf8))
    }

    @Test(arguments: [
        (#"{"a":1,"flags":[]}"#, #"{"a":1,"flags":["backfill"]}"#),
        (#"{"a":1,"flags":["first"]}"#, #"{"a":1,"flags":["first","backfill"]}"#), ("{}", "{}"), ("", ""),
    ])
    func `a flag is added to those that are there`(before: String, after: String) {
        var sample = sample(before)
        sample.add(flag: "backfill")
        #expect(String(decoding: sample.bytes, as: UTF8.self) == after)
    }

    @Test(arguments: [
        (#"{"a":1,"flags":[]}"#, #"{"a":1,"lost":7,"flags":[]}"#),
        (#"{"a":1,"flags":["first"]}"#, #"{"a":1,"lost":7,"flags":["first"]}"#),
        (#"{"a":[]}"#, #"{"a":[]}"#), (#"{"longer name":[]}"#, #"{"longer name":[]}"#), ("[]}", "[]}"), ("", ""),
    ])
    func `losses are told before the flags`(before: String, after: String) {
        var sample = sample(before)
        sample.tell(lost: 7)
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

    @Test(arguments: [1, 200, 230, 253], ["top", "netstat", String(repeating: "p", count: 32)])
    func `no id is longer than a daemon takes`(length: Int, probe: String) {
        let host = String(repeating: "h", count: length)
        let ids = [0, 1, UInt64.max].map {
            SampleID(host: host, probe: probe, startMs: 0x18f3a2b4c5d, seq: $0).description
        }
        #expect(Set(ids).count == 3)
        #expect(ids.allSatisfy { $0.utf8.count <= 256 })
        if length <= 200 { #expect(ids[0] == "\(host):\(probe):18f3a2b4c5d:0") }
    }
}
