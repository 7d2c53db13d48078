import Testing

@testable import CollectorAgent

@Suite struct HostNameTests {
    @Test(arguments: ["web-1", "a", "A.b_c-9", String(repeating: "x", count: 253)])
    func `takes letters, digits, dot, underscore and dash`(name: String) {
        #expect(HostName.isValid(name))
    }

    @Test(arguments: ["", "a b", "a:b", "{a}", "ä", "a/b", "a*", String(repeating: "x", count: 254)])
    func `refuses what would break a key`(name: String) {
        #expect(!HostName.isValid(name))
    }

    @Test func `this machine's name is always valid`() {
        #expect(HostName.isValid(HostName.current()))
        #expect(HostName.sanitised(Array("my host:1".utf8)) == "my-host-1")
        #expect(HostName.sanitised([]) == "localhost")
    }
}
