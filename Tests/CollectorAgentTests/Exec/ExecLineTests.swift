import CollectorAgent
import JSONBytes
import Probes
import SampleContract
import Testing

struct ExecLineTests {
    private func lines(_ pieces: [[UInt8]], limit: Int = 8) -> (lines: [String], dropped: UInt64) {
        var reader = ExecLineReader(limit: limit)
        var found: [String] = []
        for piece in pieces { reader.feed(piece) { found.append(String(decoding: $0, as: UTF8.self)) } }
        reader.finish { found.append(String(decoding: $0, as: UTF8.self)) }
        return (found, reader.dropped)
    }

    @Test func `cuts lines wherever the pipe cuts`() {
        let text = Array("{}\n\n \r\n12345678\n123456789\nend".utf8)
        for cut in 0...text.count {
            let result = lines([Array(text[..<cut]), Array(text[cut...])])
            #expect(result.lines == ["{}", "12345678", "end"])
            #expect(result.dropped == 1)
        }
    }

    @Test func `counts a last line that is too long`() {
        let result = lines([Array("123456789".utf8)])
        #expect(result.lines.isEmpty && result.dropped == 1)
    }

    private func sample(_ line: String) throws -> String {
        let header = SampleHeader(
            id: SampleID(host: "h", probe: "p", startMs: 16, seq: 2), epochMs: 5, boot: nil, intervalMs: 1000, dtMs: 1.5
        )
        return String(
            decoding: try ExecSample(header: header, flags: .first).encode(Array(line.utf8)).bytes, as: UTF8.self)
    }

    private static let head =
        #"{"id":"h:p:10:2","host":"h","probe":"p","t":5,"v":1,"boot":null,"seq":2,"intervalMs":1000,"dtMs":1.5"#

    @Test(arguments: [
        ("{}", ""), (" { } ", ""),
        (#"{"a":1}"#, #","a":1"#),
        (#"{ "a" : 1.50e3 , "b" : {"id": [1, "}"]} }"#, #","a" : 1.50e3,"b" : {"id": [1, "}"]}"#),
        (#"{"id":"x","a":"\",\"t\":2","t":[1,{"a":2}],"flags":null,"z":[]}"#, #","a":"\",\"t\":2","z":[]"#),
        (#"{"id":1,"i\u0064":2,"v":3,"id":4}"#, ""),
        (#"{"s":"a","host":"b","seq":1,"dtMs":2,"boot":"x","intervalMs":0,"probe":"q"}"#, #","s":"a""#),
        ("{\"\u{fc}\":\"\u{fc}\"}", ",\"\u{fc}\":\"\u{fc}\""),
    ])
    func `puts the line's own members between the envelope's ends`(line: String, members: String) throws {
        let text = try sample(line)
        #expect(text == Self.head + members + #","flags":["first"]}"#)
        try JSONScanner.validate(Array(text.utf8))
    }

    @Test(arguments: [#"{"lost":2}"#, #"{"l\u006fst":2,"a":1}"#])
    func `a line that tells losses of its own is told no others, as the daemon takes no name twice`(line: String) throws
    {
        let header = SampleHeader(
            id: SampleID(host: "h", probe: "p", startMs: 16, seq: 2), epochMs: 5, boot: nil, intervalMs: 1, dtMs: nil)
        var sample = try ExecSample(header: header, flags: []).encode(Array(line.utf8))
        sample.lost = 5
        sample.flags.insert(.backfill)
        #expect(throws: Never.self) {
            try JSONScanner.topLevelValues(sample.bytes, keys: [], refusesDoubles: true)
        }
        #expect(try JSONValue(parsing: sample.bytes)["lost"]?.number == 2)
        let silent = #"{"a":{"lost":2}}"#
        var other = try ExecSample(header: header, flags: []).encode(Array(silent.utf8))
        other.lost = 5
        #expect(try JSONValue(parsing: other.bytes)["lost"]?.number == 5)
    }

    @Test(arguments: ["", "1", "[]", "{", "{}x", #"{"a"}"#, "nul", #""{}""#])
    func `refuses what is no object`(line: String) {
        let error = #expect(throws: ExecLineError.self) { try sample(line) }
        guard case .notObject = error else { return #expect(error == nil) }
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, "a"), (#"{"a":1,"b":[{"a":1}],"\u0061":1}"#, "a"), (#"{"":1,"":1}"#, ""),
        (#"{"x\"y":1, "x\u0022y" :1}"#, #"x"y"#), ("{\"\u{fc}\":1,\"\\u00fc\":2}", "\u{fc}"),
    ])
    func `refuses a name that stands twice, as the daemon would, and says which`(line: String, name: String) {
        #expect(throws: ExecLineError.doubledMember(name)) { try sample(line) }
        #expect(ExecLineError.doubledMember(name).description.contains("the member '\(name)' stands twice"))
    }

    @Test func `what is nested may hold a name twice, and what is left out too`() throws {
        #expect(try sample(#"{"a":{"b":1,"b":2}}"#).hasSuffix(#","a":{"b":1,"b":2},"flags":["first"]}"#))
    }

    @Test(arguments: [
        ("users=who", "users", "who"), ("a_b-9=x=y", "a_b-9", "x=y"), ("top2= x", "top2", " x"),
    ])
    func `reads the option`(text: String, name: String, command: String) throws {
        let parsed = try #require(ExecCommand(parsing: text))
        #expect((parsed.name, parsed.command) == (name, command))
    }

    @Test(arguments: [
        "users", "=who", "users=", "users= \t", "Users=x", "9a=x", "a.b=x", "top=x", "netstat=x",
        "abcdefghijklmnopqrstuvwxyzabcdefg=x",
    ])
    func `refuses an option against the rule`(text: String) {
        #expect(ExecCommand(parsing: text) == nil)
    }
}
