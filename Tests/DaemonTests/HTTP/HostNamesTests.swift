import SocketIOServer
import Testing

@testable import Daemon

/// Which names a daemon without a token answers to.
struct HostNamesTests {
    @Test(
        arguments: [
            (nil, true), ("127.0.0.1:8080", true), ("localhost", true), ("LOCALHOST:1", true), ("[::1]:8080", true),
            ("localhost.", true), ("[0:0::1]", true), ("ours.example", true), ("OURS.example:8443", true),
            ("evil.example:8080", false), ("127.0.0.1.evil.example", false), ("[2001:db8::1]:8080", false), ("", false),
            ("[::1].evil.example", false), ("localhost@evil.example", false), ("127.1", false),
            ("localhost, evil", false),
            ("x.ours.example", false),
        ] as [(String?, Bool)])
    func `only names of this machine's loopback and of allowed origins pass`(host: String?, isAllowed: Bool) {
        let names = HostNames(allowedOrigins: ["https://ours.example"], proxies: .none)
        #expect((names.refusal(of: ForwardedHeaders(host: host), from: "127.0.0.1") == nil) == isAllowed)
    }

    @Test(
        arguments: [
            ("127.0.0.1:8080", ["ours.example"], true), ("backend", ["ours.example:8443"], true),
            ("10.0.0.7", ["ours.example"], true),
            ("ours.example", [], true), ("127.0.0.1:8080", ["evil.example"], false),
            ("ours.example", ["evil.example"], false),
            // What a page claims of itself where the proxy lets it through.
            ("evil.example", ["localhost"], false), ("evil.example", ["ours.example"], false),
            ("a.b:1", ["ours.example"], false),
            ("127.0.0.1", ["evil.example, ours.example"], true), ("127.0.0.1", ["ours.example/x"], false),
        ] as [(String, [String], Bool)])
    func `behind a trusted proxy the outer host counts`(host: String, forwarded: [String], isAllowed: Bool) throws {
        let proxies = try #require(TrustedProxies(["127.0.0.1"]))
        let names = HostNames(allowedOrigins: ["https://ours.example"], proxies: proxies)
        let request = ForwardedHeaders(host: host, hosts: forwarded)
        #expect((names.refusal(of: request, from: "127.0.0.1") == nil) == isAllowed)
    }

    @Test func `a refusal names the host and what to set`() throws {
        let names = HostNames(allowedOrigins: [], proxies: .none)
        let direct = try #require(names.refusal(of: ForwardedHeaders(host: "m.example"), from: "127.0.0.1"))
        #expect(direct.code == "forbidden-host")
        #expect(direct.message.contains("'m.example'") && direct.message.contains("--token-file"))
        #expect(!direct.message.contains("--trusted-proxy"))
        let forwarded = ForwardedHeaders(host: "m.example", hosts: ["m.example"])
        let told = try #require(names.refusal(of: forwarded, from: "192.0.2.7"))
        #expect(told.message.contains("--trusted-proxy 192.0.2.7"))
    }
}
