import SeededRandom
import Testing

@testable import Daemon

@Suite struct CertificateSubjectTests {
    /// A certificate as far as its subject, with these attributes: identifier, tag and value.
    private static func certificate(
        version: [UInt8] = [0xa0, 3, 2, 1, 2], _ names: [([UInt8], UInt8, [UInt8])]
    ) -> [UInt8] {
        let sets = names.flatMap { identifier, tag, value in
            element(0x31, element(0x30, element(6, identifier) + element(tag, value)))
        }
        let empty = element(0x30, [])
        let body = version + element(2, [7]) + empty + empty + empty + element(0x30, sets) + empty
        return element(0x30, element(0x30, body) + empty)
    }

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] = count < 128 ? [UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 0xff)]
        return [tag] + length + content
    }

    private static let (cn, o): ([UInt8], [UInt8]) = ([0x55, 4, 3], [0x55, 4, 10])

    @Test func `the most significant part stands first, as in RFC 4514`() {
        let der = Self.certificate([(Self.o, 0x13, Array("Example".utf8)), (Self.cn, 0x0c, Array("ops".utf8))])
        let subject = CertificateSubject(certificate: der)
        #expect(subject?.text == "CN=ops,O=Example" && subject?.commonName == "ops")
        #expect(CertificateSubject(certificate: Self.certificate(version: [], [])).map(\.text) == "")
    }

    @Test(arguments: [
        ("a,CN=root", #"a\,CN\=root"#), (" a ", #"\ a\ "#), ("#a", ##"\#a"##), ("a\u{0}b\nc", #"a\00b\0ac"#),
        (#"a"+\<>;"#, #"a\"\+\\\<\>\;"#), ("ü", "ü"), ("", ""),
    ])
    func `a value cannot pretend to be another part`(value: String, written: String) {
        let subject = CertificateSubject(certificate: Self.certificate([(Self.cn, 0x0c, Array(value.utf8))]))
        #expect(subject?.text == "CN=\(written)" && subject?.commonName == value)
    }

    @Test func `other kinds and identifiers are written as bytes and numbers`() {
        let der = Self.certificate([([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1], 0x1e, [0, 0x61])])
        let subject = CertificateSubject(certificate: der)
        #expect(subject?.text == "1.2.840.113549.1.9.1=#0061" && subject?.commonName == nil)
        let broken = CertificateSubject(certificate: Self.certificate([(Self.cn, 0x0c, [0xff])]))
        #expect(broken?.text == "CN=#ff" && broken?.commonName == nil)
    }

    @Test func `bytes that are cut or changed give a subject or none`() {
        let der = Self.certificate([(Self.o, 0x13, Array(repeating: 0x61, count: 200)), (Self.cn, 0x0c, [0x62])])
        #expect(CertificateSubject(certificate: der) != nil)
        for length in 0..<der.count - 2 { #expect(CertificateSubject(certificate: Array(der[..<length])) == nil) }
        var random = SeededGenerator(seed: 14)
        for _ in 0..<2_000 {
            var changed = der
            changed[Int.random(in: 0..<der.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            _ = CertificateSubject(certificate: changed)
        }
    }
}
