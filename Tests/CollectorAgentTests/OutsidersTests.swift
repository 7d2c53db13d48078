import Glibc
import RESP
import RedisClient
import Settings
import TestSupport
import Testing

@testable import CollectorAgent

/// What other users of the host and of its terminals could do, and what is told of Redis.
@Suite struct OutsidersTests {
    @Test(arguments: [
        ("{\"a\":\"x\u{9B}2J\"}", #"{"a":"x\u009b2J"}"#), ("{\"a\":\"\u{7F}\"}", #"{"a":"\u007f"}"#),
        ("{\"a\":\"\u{202E}exe\"}", #"{"a":"\u202eexe"}"#), ("{\"a\":\"é€😀\"}", "{\"a\":\"é€😀\"}"),
        ("{\"a\":\"\u{E0041}\"}", #"{"a":"\udb40\udc41"}"#),
    ])
    func `a sample drives no terminal`(json: String, shown: String) {
        #expect(String(decoding: TerminalJSON.escaped(Array(json.utf8)), as: UTF8.self) == shown)
    }

    @Test(arguments: [(0o600, false), (0o640, false), (0o644, true), (0o660, true), (0o602, true)] as [(mode_t, Bool)])
    func `a secret that others can read or change is told`(mode: mode_t, isOpen: Bool) throws {
        try ScratchFolder.with { folder in
            let file = "\(folder)/password"
            close(open(file, O_CREAT | O_WRONLY, 0o600))
            chmod(file, mode)
            #expect((SecretFile.exposure(of: file) != nil) == isOpen)
            var configuration = CollectorConfiguration(redis: try RedisEndpoint(url: "redis://h"), host: "h")
            configuration.redisOptions.passwordFile = file
            #expect(SecretFileCheck.findings(configuration).count == (isOpen ? 1 : 0))
        }
    }

    @Test func `another trouble is told, the same one is not`() {
        var reports = TargetReports()
        func isTold(_ code: String, _ message: String) -> Bool {
            reports.isAway(RedisError(RESPServerError(code: code, message: message), to: "ZADD"))
        }
        let told = [isTold("OOM", "a"), isTold("OOM", "b"), isTold("MISCONF", "c"), isTold("OOM", "a")]
        #expect(told == [true, false, true, false])
        let known = reports.isAway(RedisError(.server, "unix:///x: MISCONF c"))
        #expect(!known)
        let unreachable = reports.isAway(RedisError(.unreachable, "x"))
        #expect(unreachable)
    }

    @Test func `a key that was mended and breaks again is told again`() {
        var reports = TargetReports()
        let fine = reports.isNoLongerRefused("k")
        let told = [reports.isNewRefusal(of: "k"), reports.isNewRefusal(of: "k")]
        let mended = [reports.isNoLongerRefused("k"), reports.isNoLongerRefused("k")]
        let again = reports.isNewRefusal(of: "k")
        #expect(!fine && again)
        #expect(told == [true, false] && mended == [true, false])
    }

    @Test func `Redis takes samples when it has taken one, not when it is connected`() {
        var reports = TargetReports()
        let full = RedisError(.closed, "OOM")
        let first = reports.isAway(full)
        let second = reports.isAway(full)
        #expect(first && !second)
        let taken = reports.takes()
        let again = reports.takes()
        #expect(taken && !again)
        _ = reports.isAway(full)
        let back = reports.takes()
        #expect(back)
    }
}
