import TestSupport
import Testing

@testable import StreamAssembly

/// Key, sample and id agree on host and probe, or the sample is none.
@Suite struct SampleOriginTests {
    private func sample(_ member: String, key: String = "sa:{web-1}:top") throws(SampleRejection) -> Sample {
        try Sample(.raw(member, t: 1), of: StreamKey(key, prefix: "sa"), maxTime: 1e15, maxBytes: 1 << 22)
    }

    @Test(
        arguments: [
            (#"{"id":"a","host":"web-2"}"#, .hostMismatch), (#"{"id":"a","probe":"net"}"#, .hostMismatch),
            (#"{"id":"a","host":"web-1","probe":"topp"}"#, .hostMismatch),
            (#"{"id":"a","host":"WEB-1"}"#, .hostMismatch), (#"{"id":"a","host":"web-1."}"#, .hostMismatch),
            (#"{"id":"a","host":"web-1 "}"#, .hostMismatch), (#"{"id":"a","host":""}"#, .hostMismatch),
            (#"{"id":"a","host":null}"#, .hostMismatch), (#"{"id":"a","host":["web-1"]}"#, .hostMismatch),
            (#"{"id":"a","host":{"web-1":1}}"#, .hostMismatch), (#"{"id":"a","probe":7}"#, .hostMismatch),
            (#"{"id":"a","h\u006fst":"web-2"}"#, .hostMismatch), (#"{"id":"a","host":"w\u0065b-2"}"#, .hostMismatch),
            (#"{"id":"web-2:top:1:1"}"#, .foreignID), (#"{"id":"web-1:net:1:1"}"#, .foreignID),
            (#"{"id":"web-1.:top:1:1"}"#, .foreignID), (#"{"id":"WEB-1:top:1:1"}"#, .foreignID),
            (#"{"id":"web-2:top:"}"#, .foreignID), (#"{"id":"web-2\u003atop:1:1"}"#, .foreignID),
            (#"{"id":"web-2:top:1:1","host":"web-1","probe":"top"}"#, .foreignID),
        ] as [(String, SampleRejection)])
    func `in a key that names a host nobody else is spoken of`(_ member: String, _ reason: SampleRejection) {
        #expect(throws: reason) { try sample(member) }
    }

    /// To Swift the Kelvin sign is a K, and so it is to many other programs.
    @Test func `a name that is equal to Unicode but not in its bytes is another`() {
        #expect("\u{212a}" == "K")
        #expect(throws: SampleRejection.hostMismatch) {
            try sample(#"{"id":"a","host":"\#u{212a}"}"#, key: "sa:{K}:top")
        }
        #expect(throws: SampleRejection.hostMismatch) {
            try sample(#"{"id":"a","host":"\u212a"}"#, key: "sa:{K}:top")
        }
    }

    @Test(arguments: [
        #"{"id":"a"}"#, #"{"id":"a","host":"web-1"}"#, #"{"id":"web-1:top:18f:1"}"#, #"{"id":"web-1:top:"}"#,
        #"{"id":"a","host":"w\u0065b-1","prob\u0065":"top"}"#,
        // No host or no probe that the contract knows: texts like others, unique within their key.
        #"{"id":"web-2:top"}"#, #"{"id":"web-2"}"#, #"{"id":"web-2:Top:1"}"#, #"{"id":"web-2:9:1"}"#,
        #"{"id":":top:1"}"#, #"{"id":"web 2:top:1"}"#, #"{"id":"wéb:top:1"}"#, #"{"id":"web‑2:top:1"}"#,
        #"{"id":"::"}"#,
        #"{"id":"2026-01-01T00:00:00"}"#, #"{"id":"__proto__"}"#,
    ])
    func `what says nothing else is the key's`(_ member: String) throws {
        let sample = try sample(member)
        #expect([sample.host, sample.probe] == ["web-1", "top"])
    }

    @Test func `it is known what a client can tell from the sample alone`() throws {
        let cases: [(String, Sample.Traits)] = [
            (#"{"id":"web-1:top:1:1","t":1}"#, .all),
            (#"{"id":"a","host":"web-1","probe":"top","t":1.0}"#, [.isOfNamedKey, .tellsKey, .tellsTime]),
            (#"{"id":"a","host":"web-1","t":1e0}"#, [.isOfNamedKey, .tellsTime]),
            (#"{"id":"a","probe":"top","t":2}"#, .isOfNamedKey), (#"{"id":"a","t":"1"}"#, .isOfNamedKey),
            (#"{"id":"a","t":null}"#, .isOfNamedKey), (#"{"id":"a","t":1e999}"#, .isOfNamedKey),
            (#"{"id":"a","t":01}"#.replacing("01", with: "-1"), .isOfNamedKey),
            (#"{"id":"a","t":1000000000000000000000}"#, .isOfNamedKey),
        ]
        for (member, traits) in cases { #expect(try sample(member).traits == traits, "\(member)") }
        #expect(try sample(#"{"id":"h:top:1","t":1}"#, key: "sa:all").traits == .tellsTime)
    }

    @Test func `a key without a host leaves it to the sample, and then to its id`() throws {
        func names(_ member: String) throws -> [String] {
            let sample = try sample(member, key: "sa:all")
            return [sample.host, sample.probe]
        }
        #expect(try names(#"{"id":"a","host":"h","probe":"p"}"#) == ["h", "p"])
        #expect(try names(#"{"id":"a"}"#) == ["", ""])
        #expect(try names(#"{"id":"h:p:1"}"#) == ["h", "p"])
        #expect(try names(#"{"id":"h:p:1","host":"h"}"#) == ["h", "p"])
        #expect(try names(#"{"id":"a","host":"h"}"#) == ["h", ""])
    }

    @Test(
        arguments: [
            (#"{"id":"h:p:1","host":"g"}"#, .foreignID), (#"{"id":"h:p:1","host":"h","probe":"q"}"#, .foreignID),
            (#"{"id":"a","host":7,"probe":[]}"#, .hostMismatch), (#"{"id":"a","host":"h\u200b"}"#, .hostMismatch),
            (#"{"id":"a","host":"web‑1"}"#, .hostMismatch), (#"{"id":"a","probe":"Top"}"#, .hostMismatch),
            (#"{"id":"a","host":""}"#, .hostMismatch),
        ] as [(String, SampleRejection)])
    func `there too sample and id agree, and names are names`(_ member: String, _ reason: SampleRejection) {
        #expect(throws: reason) { try sample(member, key: "sa:all") }
    }

    @Test(arguments: [
        #"{"id":"a","id":"a"}"#, #"{"id":"a","x":1,"x":1}"#, #"{"id":"a","host":"web-1","h\u006fst":"web-2"}"#,
        #"{"h\u006fst":"web-2","host":"web-1","id":"a"}"#, #"{"id":"a","\u0078":1,"\u0078":2}"#,
        #"{"id":"a","":1,"":2}"#, #"{"id":"a","__proto__":{},"__proto__":{}}"#,
        #"{"id":"a","a/b":1,"a\/b":2}"#, #"{"id":"a","\ud83d\ude00":1,"😀":2}"#,
        #"{"id":"a","a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"b":1}"#,
    ])
    func `an object that names a member twice is none`(_ member: String) {
        #expect(throws: SampleRejection.duplicateMember) { try sample(member) }
    }

    @Test func `names that only look alike, and names deeper down, are not twice`() throws {
        _ = try sample(#"{"id":"a","é":1,"e\#u{301}":2,"x":{"y":1,"y":2,"id":3},"Id":4,"K":1,"\#u{212a}":2}"#)
    }

    @Test(arguments: [#"{"id":"\ud800"}"#, #"{"id":"a","x":"\udc00"}"#, #"{"id":"a","\ud800":1}"#])
    func `half a character is no text of a sample`(_ member: String) {
        #expect(throws: SampleRejection.notJSONObject) { try sample(member) }
    }
}
