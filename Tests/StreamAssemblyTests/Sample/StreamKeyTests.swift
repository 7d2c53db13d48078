import Testing

@testable import StreamAssembly

/// Keys of the shape `prefix:{HOST}:PROBE` (CONTRACT §1).
@Suite struct StreamKeyTests {
    @Test(arguments: [
        ("sa:{web-1}:top", "web-1", "top"), ("sa:{A.b_c-9}:x", "A.b_c-9", "x"), ("sa:{h}:a-b_9", "h", "a-b_9"),
        ("sa:{\(String(repeating: "h", count: 253))}:top", String(repeating: "h", count: 253), "top"),
        ("sa:{h}:\(String(repeating: "p", count: 32))", "h", String(repeating: "p", count: 32)),
    ])
    func `names host and probe`(name: String, host: String, probe: String) {
        let key = StreamKey(name, prefix: "sa")
        #expect([key.name, key.host, key.probe] == [name, host, probe])
    }

    @Test(arguments: [
        "", "sa", "sa:", "sa:{}:top", "sa:{h}", "sa:{h}:", "sa:{h}top", "sa:h:top", "sa:{h:top", "sb:{h}:top",
        "xsa:{h}:top", "sa:{h}:Top", "sa:{h}:9top", "sa:{h}:to.p", "sa:{h}:top:x", "sa:{h h}:top", "sa:{hé}:top",
        "sa:{h}}:top", "sa:{{h}:top", "sa:{\(String(repeating: "h", count: 254))}:top",
        "sa:{h}:\(String(repeating: "p", count: 33))",
    ])
    func `leaves another shape without names`(name: String) {
        let key = StreamKey(name, prefix: "sa")
        #expect([key.name, key.host, key.probe] == [name, "", ""])
        #expect(!key.isNamed)
    }
}
