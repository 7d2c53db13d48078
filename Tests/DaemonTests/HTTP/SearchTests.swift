import Testing

@testable import Daemon

@Suite struct SearchTests {
    @Test func `the dashboard is found above a build folder, beside an installation, or where it is set`() {
        func found(_ configured: String?, _ present: String...) -> String? {
            WebRoot.find(configured: configured, executable: "/src/sa/.build/x86/release/streamassembler") {
                present.contains($0)
            }
        }
        #expect(found(nil, "/src/sa/web/index.html") == "/src/sa/web")
        #expect(
            found(nil, "/src/sa/.build/x86/share/streamassembler/web/index.html")
                == "/src/sa/.build/x86/share/streamassembler/web")
        #expect(found("/w", "/src/sa/web/index.html", "/w/index.html") == "/w")
        #expect(found("/w", "/src/sa/web/index.html") == nil, "what was asked for is not replaced by another")
        #expect(found(nil) == nil)
    }

    @Test func `a program is found beside our own first, then on the path; if nowhere the remedy is named`() throws {
        func found(_ present: String...) throws -> String {
            try ExecutableSearch.find("tool", beside: "/opt/bin/own", path: "/bin:/usr/bin", remedy: "install it") {
                present.contains($0)
            }
        }
        #expect(try found("/usr/bin/tool", "/opt/bin/tool") == "/opt/bin/tool")
        #expect(try found("/usr/bin/tool") == "/usr/bin/tool")
        let error = try #require(throws: ExecutableSearch.Missing.self) { try found() }
        #expect(error.description == "tool: not found; install it")
    }

    @Test func `a token matches itself alone`() {
        let token = SharedToken("0123456789abcdef")
        #expect(token.matches("0123456789abcdef"))
        for other in [
            "", "0123456789abcdeF", "0123456789abcde", "0123456789abcdef0", "0123456789abcdef0123456789abcdef",
        ] {
            #expect(!token.matches(other), "\(other)")
        }
    }
}
