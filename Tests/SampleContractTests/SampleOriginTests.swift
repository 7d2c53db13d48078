import Testing

@testable import SampleContract

@Suite struct SampleOriginTests {
    @Test(arguments: ["web-1", "a", "A.b_c-9", String(repeating: "x", count: 253)])
    func `a host takes letters, digits, dot, underscore and dash`(name: String) {
        #expect(HostName.isValid(name))
    }

    @Test(arguments: ["", "a b", "a:b", "{a}", "ä", "a/b", "a*", String(repeating: "x", count: 254), "\u{212A}"])
    func `a host refuses what would break a key`(name: String) {
        #expect(!HostName.isValid(name))
    }

    @Test func `this machine's name is always valid`() {
        #expect(HostName.isValid(HostName.current()))
        #expect(HostName.sanitised(Array("my host:1".utf8)) == "my-host-1")
        #expect(HostName.sanitised([]) == "localhost")
    }

    @Test(arguments: ["a", "top", "a-b_9", String(repeating: "p", count: 32)])
    func `a probe begins with a small letter`(name: String) {
        #expect(ProbeWord.isValid(name.utf8))
    }

    @Test(arguments: ["", "A", "9a", "-a", "a.b", "a b", "a:b", "ä", String(repeating: "p", count: 33)])
    func `a probe refuses other words`(name: String) {
        #expect(!ProbeWord.isValid(name.utf8))
    }

    @Test(arguments: ["sa", "A.b_c-9", String(repeating: "x", count: 64)])
    func `a prefix is as a host, but shorter`(text: String) {
        #expect(KeyPrefix.isValid(text))
        #expect(!KeyPrefix.isValid(text + String(repeating: "x", count: 64)))
        #expect(!KeyPrefix.isValid(text + ":"))
    }

    @Test(arguments: ["sa", "s.a_b-1"], ["h", "web-1.example"])
    func `a key that is composed is read as host and probe`(prefix: String, host: String) throws {
        for probe in ["top", "a-b_9"] {
            let key = SampleOrigin.key(prefix: prefix, host: host, probe: probe)
            #expect(key == "\(prefix):{\(host)}:\(probe)")
            let origin = SampleOrigin(ofKey: Array(key.utf8)[...], head: SampleOrigin.head(prefix: prefix))
            #expect(origin?.host == host && origin?.probe == probe)
            // Another prefix, and the same one with more before it.
            for other in ["x\(prefix)", "\(prefix)x", ""] {
                #expect(SampleOrigin(ofKey: Array(key.utf8)[...], head: SampleOrigin.head(prefix: other)) == nil)
            }
        }
    }

    @Test(arguments: [
        "", "sa", "sa:{", "sa:{h}", "sa:{h}:", "sa:{}:top", "sa:{h}top", "sa:h:top", "sa:{h}:Top", "sa:{a b}:top",
        "sa:{h}:top:x", "sa:{h}}:top", "sa:{h\u{301}}:top", "sa:{h}\u{301}:top",
    ])
    func `a key of another shape is none`(key: String) {
        #expect(SampleOrigin(ofKey: Array(key.utf8)[...], head: SampleOrigin.head(prefix: "sa")) == nil)
    }
}
