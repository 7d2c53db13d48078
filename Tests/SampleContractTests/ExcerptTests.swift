import Testing

@testable import SampleContract

@Suite struct ExcerptTests {
    @Test(arguments: [
        ("plain ~text", "plain ~text"), ("", ""), ("a\u{1B}[2Jb", #"a\x1b[2Jb"#), (#"\x41"#, #"\x5cx41"#),
        ("ä\n\u{7F}", #"\xc3\xa4\x0a\x7f"#),
    ])
    func `drives no terminal and can be read back`(text: String, excerpt: String) {
        #expect(Excerpt.of(text.utf8) == excerpt)
    }

    @Test func `is cut at its limit, and says so where it is asked to`() {
        let text = String(repeating: "x", count: 81)
        #expect(Excerpt.of(text.utf8) == String(repeating: "x", count: 80))
        #expect(Excerpt.of(text.utf8, limit: 3, mark: "…") == "xxx…")
        #expect(Excerpt.of("xxx".utf8, limit: 3, mark: "…") == "xxx")
    }

    @Test(arguments: [
        (Array("eth0".utf8), "eth0"), (Array("déjà".utf8), "déjà"), ([0x61, 0xFF], #"a\xff"#),
        (Array("a\u{202E}b".utf8), #"a\xe2\x80\xaeb"#), (Array(#"systemd-\x2d"#.utf8), #"systemd-\x2d"#),
        (Array(#"a\xff"#.utf8), #"a\x5cxff"#),
    ])
    func `names of any bytes are texts that differ as they do`(name: [UInt8], text: String) {
        #expect(NameText.string(name) == text)
    }
}
