import JSONBytes
import Probes
import SampleContract
import Testing

@Suite struct OpenSampleTests {
    private func sample(flags: SampleFlags = [], hasOwnLost: Bool = false) -> OpenSample {
        let header = SampleHeader(
            id: SampleID(host: "h", probe: "p", startMs: 16, seq: 2), epochMs: -5, boot: nil, intervalMs: 1000,
            dtMs: 1.5)
        var json = JSONWriter()
        header.write(into: &json)
        return OpenSample(header, json, tookUs: hasOwnLost ? nil : 7, flags: flags, hasOwnLost: hasOwnLost)
    }

    private func text(_ sample: OpenSample) -> String { String(decoding: sample.bytes, as: UTF8.self) }

    private static let head =
        #"{"id":"h:p:10:2","host":"h","probe":"p","t":-5,"v":1,"boot":null,"seq":2,"intervalMs":1000,"dtMs":1.5"#

    @Test func `what is known last stands between the body and the flags`() {
        var sample = sample(flags: .first)
        #expect(text(sample) == Self.head + #","tookUs":7,"flags":["first"]}"#)
        sample.lost = 3
        sample.clockStepMs = -4000
        sample.flags.insert(.backfill)
        sample.flags.insert(.clockStep)
        #expect(
            text(sample)
                == Self.head + #","tookUs":7,"clockStepMs":-4000,"lost":3,"flags":["first","clock-step","backfill"]}"#)
    }

    @Test func `asking for the bytes changes nothing`() {
        var sample = sample()
        let first = sample.bytes
        #expect(sample.bytes == first)
        sample.lost = 1
        sample.lost = 0
        #expect(sample.bytes == first)
    }

    @Test func `a body with losses of its own keeps them, and no name stands twice`() throws {
        var sample = sample(hasOwnLost: true)
        sample.lost = 3
        #expect(text(sample) == Self.head + #","flags":[]}"#)
    }
}
