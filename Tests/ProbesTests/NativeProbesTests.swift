import JSONBytes
import ProcFS
import SampleContract
import TestSupport
import Testing

@testable import Probes

/// What holds for every probe of the list, a new one too.
@Suite struct NativeProbesTests {
    @Test func `names are words of keys, and each stands once`() {
        let names = ProbeName.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(ProbeWord.isValid(name.utf8))
            #expect(ProbeName(rawValue: name)?.rawValue == name)
        }
        #expect(ProbeName(rawValue: "no-such-probe") == nil)
    }

    @Test func `what is sampled where nobody says what has not changed`() {
        #expect(ProbeName.defaults == [.top, .netstat])
    }

    @Test func `help and errors name them all`() {
        let names = ProbeName.allCases.map(\.rawValue)
        #expect(ProbeName.list("or") == names.dropLast().joined(separator: ", ") + " or " + (names.last ?? ""))
    }

    @Test(arguments: ProbeName.allCases)
    func `each gives samples of its name, and says what it reads`(name: ProbeName) throws {
        let tree = try KernelTree("linux-6.18")
        let probe = try #require(try name.probe(root: tree.root, options: ProbeOptions()))
        for seq in 0..<2 as Range<UInt64> {
            let sample = probe.sample(at: .make(seq, atS: 10 + seq))
            #expect(sample.probe == name.rawValue)
            let json = try JSONValue(parsing: sample.bytes)
            #expect(json["id"]?.string == "h:\(name.rawValue):1:\(seq)")
            #expect(json["flags"]?.array?.contains(.string("first")) == (seq == 0))
            try JSONScanner.validate(sample.bytes)
        }
        let findings = name.sources.flatMap { $0.findings(root: tree.root, buffer: ReadBuffer()) }
        #expect(!findings.isEmpty)
        #expect(findings.allSatisfy { !$0.source.isEmpty && !$0.detail.isEmpty })
    }
}
