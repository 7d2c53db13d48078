import Testing

@testable import SampleContract

@Suite struct SampleIDTests {
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
    func `no id is longer than a daemon takes, and each says what it has room for`(length: Int, probe: String) {
        let host = String(repeating: "h", count: length)
        let ids = [0, 1, UInt64.max].map {
            SampleID(host: host, probe: probe, startMs: 0x18f3a2b4c5d, seq: $0).description
        }
        #expect(Set(ids).count == 3)
        #expect(ids.allSatisfy { $0.utf8.count <= SampleLimits.idBytes })
        if length <= 200 {
            #expect(ids[0] == "\(host):\(probe):18f3a2b4c5d:0")
            // What one half writes, the other reads.
            let origin = SampleOrigin(ofID: ids[0].utf8)
            #expect(origin?.host == host && origin?.probe == probe)
        }
    }

    @Test func `flags are named in one order, whatever came first`() {
        let flags: SampleFlags = [.backfill, .clockStep, .first, .noPrivilege, .partial, .truncated]
        #expect(
            flags.names.map(\.description)
                == ["first", "truncated", "partial", "no-privilege", "clock-step", "backfill"])
        #expect(SampleFlags().names.isEmpty)
    }
}
