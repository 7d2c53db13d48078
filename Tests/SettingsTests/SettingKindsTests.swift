import Settings
import Testing

@Suite struct SettingKindsTests {
    private enum Level: String, CaseIterable, Sendable { case info, debug }

    /// The value that `setting` takes from the flag values `given`; `nil` where it refuses them.
    private func value<Value>(_ setting: Setting<Value>, _ given: String...) -> Value? {
        let reader = try? SettingsReader(
            known: [.init(setting)], flags: [setting.name: given], environment: [:], prefix: "APP",
            configurationFile: nil)
        return try? reader?.value(of: setting)
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("1s", .seconds(1)), ("10m", .seconds(600)), ("1h", .seconds(3600)),
        ("0s", nil), ("25h", nil), ("10", nil), ("s", nil), ("-1s", nil), ("1 s", nil), ("99999999999999999999s", nil),
        ("٣s", nil),
    ])
    func `time spans need a number and a unit`(text: String, expected: Duration?) {
        let setting = Setting<Duration>.duration(
            "t", default: .zero, in: .milliseconds(1)...(.seconds(86_400)), help: "")
        #expect(value(setting, text) == expected)
    }

    @Test(arguments: [
        ("1024", 1024), ("1KiB", 1024), ("2MiB", 2 << 20), ("1GiB", 1 << 30), ("1MB", nil), ("9999999999GiB", nil),
        ("1023", nil), ("", nil),
    ])
    func `sizes are bytes or binary multiples`(text: String, expected: Int?) {
        let setting = Setting<Int>.bytes("b", default: 0, in: 1024...(1 << 30), help: "")
        #expect(value(setting, text) == expected)
    }

    @Test(arguments: [("true", true), ("off", false), ("1", true), ("NO", false), ("maybe", nil)])
    func `toggles take the usual words`(text: String, expected: Bool?) {
        #expect(value(.toggle("x", help: ""), text) == expected)
    }

    @Test func `lists may be repeated or have commas, and refuse a bad item`() {
        let setting = Setting<[String]>.list("p", allowed: "a or b", help: "") { ["a", "b"].contains($0) }
        #expect(value(setting, "a,b", "a") == ["a", "b", "a"])
        #expect(value(setting, "a,c") == nil)
    }

    @Test func `choices name their words`() {
        let setting = Setting<Level>.choice("l", default: .info, help: "")
        #expect(value(setting, "debug") == .debug)
        #expect(value(setting, "loud") == nil)
        #expect(setting.allowed == "one of info, debug")
    }

    @Test func `a mapped setting refuses what the mapping refuses`() {
        let even = Setting<Int>.integer("n", default: 0, in: 0...9, help: "").map(default: "0", allowed: "even") {
            $0.isMultiple(of: 2) ? "\($0)" : nil
        }
        #expect(value(even, "4") == "4")
        #expect(value(even, "5") == nil)
        #expect(even.allowed == "even")
    }

    @Test(arguments: [(Duration.milliseconds(250), "250ms"), (.seconds(90), "90s"), (.seconds(7200), "2h")])
    func `time spans are written as they are read`(duration: Duration, text: String) {
        #expect(Setting<Duration>.text(duration) == text)
    }
}
