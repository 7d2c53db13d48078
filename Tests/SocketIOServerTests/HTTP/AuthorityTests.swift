import Testing

@testable import SocketIOServer

struct AuthorityTests {
    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:8080", "127.255.0.9", "localhost", "LOCALHOST:1", "localhost.", "[::1]", "[::1]:8080",
        "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::FFFF:7f00:1]:80", "localhost:",
    ]) func `the loopback is known by all its names`(_ text: String) throws {
        #expect(try #require(Authority(text)).isLoopback)
    }

    @Test(arguments: [
        "evil.example", "127.0.0.1.evil.example", "127.1", "127.0.0.01", "0x7f.0.0.1", "2130706433", "10.0.0.1",
        "0.0.0.0", "128.0.0.1", "[::]", "[::2]", "[::ffff:10.0.0.1]", "localhost.evil.example", "evil.localhost",
        "127.0.0.1.", "localhost..", "%6cocalhost", "[::127.0.0.1]",
    ]) func `what is not surely the loopback is not taken for it`(_ text: String) throws {
        #expect(try #require(Authority(text)).isLoopback == false)
    }

    @Test(arguments: [
        "", ":80", "[::1].evil.example", "[::1]evil", "[::1", "::1", "[127.0.0.1]", "[::1%lo]", "[::1%25lo]",
        "user@127.0.0.1", "127.0.0.1:80:80", "127.0.0.1:-1", "127.0.0.1:65536", "127.0.0.1:+80", "127.0.0.1:8 0",
        "local host", "localhost/", "localhost?x", "localhost#x", "a\\b", "h\u{0}", "h\n", "h\t", "ä.example", "%zz",
        "%6",
        "[v1.x]", "[]", "a,b\u{7f}", "127.0.0.1:000080",
    ]) func `what is no authority is refused`(_ text: String) {
        #expect(Authority(text) == nil)
    }

    @Test(arguments: [
        ("h", "H", true), ("h:80", "h", true), ("h:", "h:80", true), ("h:81", "h", false),
        ("[::1]", "[0:0::1]:80", true),
        ("h.", "h", false), ("[::ffff:1.2.3.4]", "1.2.3.4", false), ("a_b:80", "A_B", true),
    ]) func `authorities are compared by value`(_ left: String, _ right: String, _ expected: Bool) throws {
        #expect(try #require(Authority(left)).isSame(as: try #require(Authority(right)), defaultPort: 80) == expected)
    }
}
