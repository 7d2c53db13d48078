import Settings
import Testing

@Suite struct SettingKindsTests {
    private enum Level: String, CaseIterable, Sendable { case info, debug }

    private struct Box<Value: Sendable>: Sendable { var value: Value? }

    /// The value that a setting of `kind` takes from the flag values `given`; nil where it refuses them.
    private func value<Value: Sendable>(_ kind: SettingKind<Value>, _ given: String...) -> Value? {
        var box = Box<Value>()
        let reader = try? SettingsReader(
            [Setting("x", \Box<Value>.value, kind.optional, "")], flags: ["x": given], environment: [:], prefix: "APP",
            configurationFile: nil)
        try? reader?.read(into: &box)
        return box.value
    }

    /// A value as a user would write it.
    private func text<Value: Sendable>(_ kind: SettingKind<Value>, _ value: Value) -> String {
        Setting("x", \Box<Value>.value, kind.optional, "").text(of: Box(value: value))
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("1s", .seconds(1)), ("10m", .seconds(600)), ("1h", .seconds(3600)),
        ("0s", nil), ("25h", nil), ("10", nil), ("s", nil), ("-1s", nil), ("1 s", nil), ("99999999999999999999s", nil),
        ("٣s", nil),
    ])
    func `time spans need a number and a unit`(text: String, expected: Duration?) {
        #expect(value(.duration(in: .milliseconds(1) ... .seconds(86_400)), text) == expected)
    }

    @Test(arguments: [
        ("1024", 1024), ("1KiB", 1024), ("2MiB", 2 << 20), ("1GiB", 1 << 30), ("1MB", nil), ("9999999999GiB", nil),
        ("1023", nil), ("", nil), ("+1KiB", nil), ("٢KiB", nil), ("0x1KiB", nil),
    ])
    func `sizes are bytes or binary multiples`(text: String, expected: Int?) {
        #expect(value(.bytes(in: 1024...1 << 30), text) == expected)
    }

    @Test(arguments: [
        ("0", 0), ("12", 12), ("007", 7), ("-5", -5), ("100", 100), ("101", nil), ("-6", nil), ("+5", nil),
        ("0x10", nil),
        ("1e2", nil), (" 5", nil), ("5 ", nil), ("٣", nil), ("", nil), ("-", nil), ("--5", nil), ("1_0", nil),
        ("5.0", nil), ("99999999999999999999", nil),
    ])
    func `whole numbers are decimal digits`(text: String, expected: Int?) {
        #expect(value(.integer(in: -5...100), text) == expected)
        #expect(DecimalText.integer(text, in: -5...100) == expected)
    }

    @Test(arguments: [
        ("0", 0), ("12.5", 12.5), ("100.0", 100), ("100.1", nil), ("-1", nil), ("1.", nil), (".5", nil), ("1.2.3", nil),
        ("1e2", nil), ("0x1p3", nil), ("nan", nil), ("inf", nil), ("+1", nil), ("1,5", nil), ("", nil), (".", nil),
    ])
    func `numbers are decimal digits with a point at most`(text: String, expected: Double?) {
        #expect(DecimalText.number(text, in: 0...100) == expected)
    }

    @Test(arguments: [("true", true), ("off", false), ("1", true), ("NO", false), ("maybe", nil)])
    func `toggles take the usual words`(text: String, expected: Bool?) {
        #expect(value(.toggle, text) == expected)
    }

    @Test func `lists may be repeated or have commas, and refuse a bad item`() {
        let kind = SettingKind<[String]>.list(allowed: "a or b") { ["a", "b"].contains($0) }
        #expect(value(kind, "a,b", "a") == ["a", "b", "a"])
        #expect(value(kind, "a,c") == nil)
    }

    @Test func `choices name their words`() {
        let kind = SettingKind<Level>.choice
        #expect(value(kind, "debug") == .debug)
        #expect(value(kind, "loud") == nil)
        #expect(kind.allowed == "one of info, debug")
    }

    @Test func `a value that may be missing has the same rules, and is nil where nobody sets it`() throws {
        struct Options: Sendable, Equatable {
            var count: Int?
            var size: Int?
            var pause: Duration?
            var tick: Duration?
        }
        let settings = SettingList<Options>.of {
            Setting("count", \.count, .integer(in: 1...9), "")
            Setting("size", \.size, .bytes(in: 1...1 << 20), "")
            Setting("pause", \.pause, .duration(in: .seconds(1) ... .seconds(60)), "")
            Setting("tick", \.tick, .milliseconds(in: 1...100), "")
        }
        func read(_ flags: [String: [String]]) throws -> Options {
            var options = Options()
            try SettingsReader(settings, flags: flags, environment: [:], prefix: "APP", configurationFile: nil)
                .read(into: &options)
            return options
        }
        #expect(try read([:]) == Options())
        #expect(settings.map { $0.text(of: Options()) } == ["", "", "", ""])
        let given = try read(["count": ["3"], "size": ["1KiB"], "pause": ["1m"], "tick": ["20"]])
        #expect(given == Options(count: 3, size: 1024, pause: .seconds(60), tick: .milliseconds(20)))
        #expect(settings.map { $0.text(of: given) } == ["3", "1KiB", "1m", "20"])
        for bad in [["count": ["0"]], ["size": ["2MiB"]], ["pause": ["2m"]], ["tick": ["1s"]]] {
            #expect(throws: SettingError.self, "\(bad)") { try read(bad) }
        }
    }

    @Test func `a mapped kind refuses what the mapping refuses`() {
        let even = SettingKind<Int>.integer(in: 0...9).map({ $0.isMultiple(of: 2) ? $0 / 2 : nil }, back: { 2 * $0 })
        #expect(value(even, "4") == 2)
        #expect(value(even, "5") == nil)
        #expect(text(even, 3) == "6")
    }

    @Test func `values are written as they are read, in the largest unit that holds them whole`() {
        let durations = SettingKind<Duration>.duration(in: .zero ... .seconds(1 << 20))
        #expect(
            [.milliseconds(250), .seconds(90), .seconds(7200)].map { text(durations, $0) } == ["250ms", "90s", "2h"])
        #expect(text(.milliseconds(in: 0...100), .milliseconds(50)) == "50")
        let sizes = SettingKind<Int>.bytes(in: 0...1 << 40)
        #expect([1, 1024, 1536, 64 << 20].map { text(sizes, $0) } == ["1", "1KiB", "1536", "64MiB"])
        #expect(text(.toggle, false) == "false")
        #expect(text(SettingKind<[String]>.list(allowed: "") { _ in true }, ["a", "b"]) == "a,b")
    }
}
