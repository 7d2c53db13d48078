import JSONBytes
import Logging
import Testing

@testable import Daemon

@Suite struct LogLineTests {
    private func line(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogLine {
        LogLine(
            milliseconds: 1_763_690_000_123, level: .warning, label: "follower", message: message, metadata: metadata)
    }

    @Test func `text has the time, the level, the label and sorted fields`() {
        #expect(
            line("key is no sorted set", ["type": "hash", "key": "sa:{web-1}:top"]).text(in: .text)
                == "2025-11-21T01:53:20.123Z warning follower: key is no sorted set key=sa:{web-1}:top type=hash")
    }

    @Test func `values that would be ambiguous are quoted, and none can break a line`() {
        let text = line("a\nb", ["x": "1 2", "y": "a\"b", "z": "\u{1b}[2J\r\n", "e": ""]).text(in: .text)
        #expect(text.hasSuffix(#"a\u{a}b e="" x="1 2" y="a\"b" z="\u{1b}[2J\u{d}\u{a}""#))
        #expect(!text.contains("\n"))
    }

    @Test func `JSON is one object`() throws {
        let value = try JSONValue(parsing: Array(line("x\ny", ["k": "v\"\u{0}"]).text(in: .json).utf8))
        #expect(value["level"] == .string("warning"))
        #expect(value["message"] == .string("x\ny"))
        #expect(value["k"] == .string("v\"\u{0}"))
        #expect(value["time"] == .string("2025-11-21T01:53:20.123Z"))
    }
}
