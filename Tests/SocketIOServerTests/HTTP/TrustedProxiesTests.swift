import Testing

@testable import SocketIOServer

struct TrustedProxiesTests {
    @Test(arguments: [
        "10.0.0.0/8", "192.0.2.1", "::1", "fd00::/8", "2001:db8::/127", "::ffff:10.0.0.0/104", "10.1.2.3/8",
    ])
    func `an address or a range of them is taken`(_ text: String) {
        #expect(TrustedProxies([text]) != nil)
    }

    @Test(arguments: [
        "", "10.0.0.0/0", "::/0", "::ffff:0.0.0.0/96", "::/64", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0/8", "010.0.0.1", "10.0.0.1:80", "[::1]", "fe80::1%lo", "localhost", "unix:", "*", "10.0.0.0/",
        "::ffff:10.0.0.0/8",
        " 10.0.0.1", String(repeating: "1", count: 5000),
    ])
    func `what is none, or would be everybody, is refused`(_ text: String) {
        #expect(TrustedProxies(["192.0.2.1", text]) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3/8", "10.9.9.9", true),
        ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.200", true),
        ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("::ffff:10.0.0.0/104", "10.1.1.1", true),
        ("10.0.0.0/8", "a00::1", false), ("fd00::/9", "fd7f::1", true), ("fd00::/9", "fd80::1", false),
        ("2001:DB8::1", "2001:db8:0::1", true), ("127.0.0.1", "127.0.0.2", false), ("127.0.0.1", "::1", false),
        ("127.0.0.1", "", false), ("127.0.0.1", "unix:", false),
    ])
    func `a peer is in a range or not`(_ range: String, _ peer: String, _ isIn: Bool) {
        #expect(TrustedProxies([range])?.contains(peer) == isIn)
    }

    @Test func `nobody is trusted unless named`() {
        #expect(TrustedProxies.none.contains("127.0.0.1") == false)
        #expect(TrustedProxies(["10.0.0.0/8"])?.contains(nil) == false)
        let claims = ForwardedHeaders(host: "h", clients: ["8.8.8.8"], schemes: ["https"], hosts: ["x"])
        for peer in ["127.0.0.1", "192.0.2.7", nil] {
            let outer = TrustedProxies(["10.0.0.0/8"])?.outer(of: claims, from: peer)
            #expect(outer == OuterRequest(address: peer, isSecure: nil, host: "h", isForwarded: false))
        }
    }

    /// Each list as it comes from a proxy at 127.0.0.1 in front of which others at 10.0.0.0/8 stand.
    @Test(
        arguments: [
            ([], "127.0.0.1"), (["8.8.8.8"], "8.8.8.8"), ([" 8.8.8.8\t"], "8.8.8.8"), (["1.1.1.1, 8.8.8.8"], "8.8.8.8"),
            (["1.1.1.1", "8.8.8.8"], "8.8.8.8"), (["8.8.8.8, 10.0.0.1"], "8.8.8.8"),
            (["8.8.8.8", "10.0.0.1, 10.0.0.2"], "8.8.8.8"),
            (["1.1.1.1, 8.8.8.8, 10.0.0.1"], "8.8.8.8"), (["10.0.0.1"], "10.0.0.1"),
            (["10.0.0.1, 10.0.0.2"], "10.0.0.1"),
            (["8.8.8.8:4711"], "8.8.8.8"), (["[2001:DB8::1]:4711"], "2001:db8::1"), (["[2001:db8::1]"], "2001:db8::1"),
            (["2001:0db8:0::0001"], "2001:db8::1"), (["::ffff:8.8.8.8"], "8.8.8.8"),
            (["[::ffff:8.8.8.8]:1"], "8.8.8.8"),
            (["unknown"], "127.0.0.1"), (["8.8.8.8, unknown"], "127.0.0.1"),
            (["8.8.8.8, unknown, 10.0.0.1"], "10.0.0.1"),
            (["8.8.8.8,"], "127.0.0.1"), ([""], "127.0.0.1"), ([",,,"], "127.0.0.1"), (["8.8.8.8", ""], "127.0.0.1"),
            (["unix:"], "127.0.0.1"), (["_hidden"], "127.0.0.1"), (["8.8.8.8 9.9.9.9"], "127.0.0.1"),
            (["8.8.8.8:"], "8.8.8.8"),
            (["8.8.8.8:99999"], "127.0.0.1"), (["8.8.8.8:1:2"], "127.0.0.1"), (["[8.8.8.8]"], "127.0.0.1"),
            (["[::1"], "127.0.0.1"),
            (["[::1]x"], "127.0.0.1"), (["8.8.8.08"], "127.0.0.1"), (["\"8.8.8.8\""], "127.0.0.1"),
            (["1,8.8.8.8"], "8.8.8.8"),
            (["fe80::1%eth0"], "127.0.0.1"), (["for=8.8.8.8"], "127.0.0.1"), (["é"], "127.0.0.1"),
        ] as [([String], String)])
    func `the client is the last address that is no proxy of ours`(_ headers: [String], _ client: String) {
        let proxies = TrustedProxies(["127.0.0.1", "10.0.0.0/8"])
        let outer = proxies?.outer(of: ForwardedHeaders(host: "h", clients: headers), from: "127.0.0.1")
        #expect(outer?.address == client)
        #expect(outer?.isForwarded == true)
    }

    @Test func `whatever a client writes before, the proxy's word stands`() {
        let proxies = TrustedProxies(["127.0.0.1", "10.0.0.0/8"])
        let inventions = [
            "127.0.0.1", "10.0.0.1", "unknown", "", ",", "1.2.3.4, 10.0.0.9",
            Array(repeating: "10.0.0.1", count: 1000).joined(separator: ","),
            Array(repeating: "9.9.9.9", count: 1000).joined(separator: ", "), String(repeating: ",", count: 10_000),
        ]
        for invention in inventions {
            for headers in [["\(invention), 203.0.113.9"], [invention, "203.0.113.9"]] {
                let outer = proxies?.outer(of: ForwardedHeaders(host: "h", clients: headers), from: "127.0.0.1")
                #expect(outer?.address == "203.0.113.9")
            }
        }
    }

    @Test(
        arguments: [
            (["https"], true), (["HTTPS"], true), (["wss"], true), (["http"], false), (["https, http"], false),
            (["http", "https"], true),
            ([], nil), ([""], nil), (["ftp"], nil),
        ] as [([String], Bool?)])
    func `the scheme is what the nearest proxy says`(_ headers: [String], _ isSecure: Bool?) {
        let outer = TrustedProxies(["::1"])?.outer(of: ForwardedHeaders(host: "h", schemes: headers), from: "::1")
        #expect(outer?.isSecure == isSecure)
    }

    @Test(arguments: [
        (["a.example"], "a.example"), (["evil.example, a.example:8443"], "a.example:8443"),
        (["evil.example", "a.example"], "a.example"),
        ([], "inner:8080"), ([""], "inner:8080"), (["a.example,"], "inner:8080"), (["a.example/x"], "a.example/x"),
    ])
    func `the host is what the nearest proxy says`(_ headers: [String], _ host: String) {
        let outer = TrustedProxies(["::1"])?.outer(
            of: ForwardedHeaders(host: "inner:8080", hosts: headers), from: "::1")
        #expect(outer?.host == host)
    }
}
