import ArgumentParser
import SettingFlags
import Settings
import Testing

/// Flags are made from the declarations of settings alone: these tests fail where a newer ArgumentParser looks for a
/// type's flags in another way.
@Suite struct SettingFlagsTests {
    struct Values: Sendable, Equatable {
        var port = 8080
        var names: [String] = []
        var pattern: String?
        var isQuiet = false
    }

    enum Group: SettingGroup {
        static let settings = SettingList<Values>.of {
            Setting("tcp-port", \.port, .integer(in: 0...65535), "the TCP port")
            Setting("name", \.names, .list(allowed: "a name") { !$0.isEmpty }, "a name to use")
            Setting(
                "pattern", \.pattern, .text(form: SettingForm("regex", mayBeginWithDash: true)),
                otherwise: "all", "what to show")
            Setting("quiet", \.isQuiet, .toggle, "say nothing")
        }
        static var defaults: Values { Values() }
    }

    struct Command: ParsableCommand {
        @OptionGroup(title: "Values") var values: SettingFlags<Group>
        @Option var other: String?
    }

    @Test(
        arguments: [
            ([], [:]), (["--tcp-port", "1", "--quiet"], ["tcp-port": ["1"], "quiet": ["true"]]),
            (["--name", "a", "--other", "x", "--name=b,c"], ["name": ["a", "b,c"]]),
            (["--pattern", "-x"], ["pattern": ["-x"]]), (["--tcp-port=1", "--tcp-port=2"], ["tcp-port": ["2"]]),
        ] as [([String], [String: [String]])])
    func `what was given is known by the setting's name`(_ arguments: [String], _ expected: [String: [String]]) throws {
        #expect(try Command.parse(arguments).values.given == expected)
    }

    @Test(arguments: [["--tcp-prt", "1"], ["--tcp-port"], ["--name", "--quiet"], ["--quiet=maybe"]])
    func `what is no flag of a setting is refused`(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Command.parse(arguments) }
    }

    @Test func `help says what is allowed, what holds when nobody sets it, and what may be repeated`() {
        let help = Command.helpMessage(columns: 200)
        #expect(help.contains("VALUES:"))
        #expect(help.contains("--tcp-port <number>"))
        #expect(help.contains("the TCP port (a whole number, 0 to 65535; default: 8080)"))
        #expect(help.contains("a name to use (a name; may be repeated)"))
        #expect(help.contains("what to show (a text that is not empty; default: all)"))
        #expect(help.contains("--quiet"))
    }

    @Test func `a setting of a part is one of the whole`() throws {
        struct Whole: Sendable { var values = Values() }
        let settings = Group.settings.map { $0.within(\Whole.values) }
        let reader = try SettingsReader(
            settings, flags: ["tcp-port": ["1"]], environment: ["APP_QUIET": "yes"], prefix: "APP",
            configurationFile: nil)
        var whole = Whole()
        try reader.read(into: &whole)
        #expect(whole.values == Values(port: 1, isQuiet: true))
        #expect(settings.map { $0.text(of: whole) } == ["1", "", "", "true"])
    }

    @Test func `the table has a row for each setting`() {
        #expect(
            SettingTable.markdown(Group.settings, defaults: Values()) == """
                | setting | default | allowed | meaning |
                | --- | --- | --- | --- |
                | `tcp-port` | `8080` | 0 to 65535 | the TCP port |
                | `name` |  | a name | a name to use; may be repeated |
                | `pattern` | all | a text that is not empty | what to show |
                | `quiet` | `false` | true or false | say nothing |

                """)
    }
}
