import Foundation
import Settings
import Testing

@Suite struct SettingsReaderTests {
    private struct Values: Sendable, Equatable {
        var port = 8080
        var age: Duration = .seconds(600)
        var probes = ["top"]
    }

    private static let settings = SettingList<Values>.of {
        Setting("port", \.port, .integer(in: 0...65535), "the TCP port")
        Setting("window-age", \.age, .duration(in: .seconds(1) ... .seconds(86_400)), "the window's age")
        Setting(
            "probe", \.probes, .list(allowed: "top, netstat") { ["top", "netstat"].contains($0) }, "what to sample")
    }

    private func values(
        flags: [String: [String]] = [:], environment: [String: String] = [:], file: String? = nil
    ) throws -> Values {
        var values = Values()
        let reader = try SettingsReader(
            Self.settings, flags: flags, environment: environment, prefix: "APP", configurationFile: file)
        try reader.read(into: &values)
        return values
    }

    /// Calls `body` with the path of a file that holds `text`.
    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString).yml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test func `a flag wins over the environment, the environment over the file, the file over the default`() throws {
        #expect(try values() == Values())
        try withFile("port: 1\n") { (path) throws in
            #expect(try values(file: path).port == 1)
            #expect(try values(environment: ["APP_PORT": "2"], file: path).port == 2)
            #expect(try values(flags: ["port": ["3"]], environment: ["APP_PORT": "2"], file: path).port == 3)
        }
    }

    @Test func `a value that cannot be used is refused where it was given`() throws {
        let reader = try SettingsReader(
            Self.settings, flags: ["port": ["3"]], environment: [:], prefix: "APP", configurationFile: nil)
        #expect(reader.has("port") && !reader.has("probe"))
        #expect(
            reader.refusal(of: "port", allowed: "4").description
                == "port: '3' from the flag --port is not valid; allowed: 4")
        #expect(
            reader.refusal(of: "probe", shown: "…", allowed: "none").description
                == "probe: '…' from the flag --probe is not valid; allowed: none")
    }

    @Test func `the file may be named in the environment and may be JSON`() throws {
        try withFile(#"{"port": 9, "window-age": "90s", "probe": ["top", "netstat"]}"#) { path in
            let values = try values(environment: ["APP_CONFIG": path])
            #expect(values == Values(port: 9, age: .seconds(90), probes: ["top", "netstat"]))
        }
    }

    @Test func `an empty file sets nothing`() throws {
        try withFile("# nothing here\n") { (path) throws in #expect(try values(file: path) == Values()) }
    }

    @Test(arguments: ["65536", "-1", "8o8o", "", "1.5"])
    func `a value out of range names the key, the value, the place and what is allowed`(value: String) throws {
        let error = try #require(throws: SettingError.self) { try values(flags: ["port": [value]]) }
        #expect(
            error.description
                == "port: '\(value)' from the flag --port is not valid; allowed: a whole number, 0 to 65535")
        #expect(error.exitStatus == 64)
    }

    @Test func `the same value from the environment or a file is a configuration error`() throws {
        let first = try #require(throws: SettingError.self) { try values(environment: ["APP_PORT": "x"]) }
        #expect(first.exitStatus == 78)
        #expect(first.description.contains("environment variable APP_PORT"))
        try withFile("window-age: 5m\nport: [1, 2]\n") { path in
            let second = try #require(throws: SettingError.self) { try values(file: path) }
            #expect(second == .givenTwice(name: "port", origin: .file(path: path, line: 2)))
        }
        try withFile("\n\nport: far\n") { path in
            let third = try #require(throws: SettingError.self) { try values(file: path) }
            #expect(third.description.contains("\(path), line 3"))
            #expect(third.exitStatus == 78)
        }
    }

    @Test func `an unknown key is named with what is known`() throws {
        let first = try #require(throws: SettingError.self) { try values(environment: ["APP_PROT": "1"]) }
        #expect(first.description.contains("prot: unknown key in the environment variable APP_PROT; allowed: APP_PORT"))
        try withFile("prot: 1\n") { path in
            let second = try #require(throws: SettingError.self) { try values(file: path) }
            #expect(
                second.description == "prot: unknown key in \(path), line 1; allowed: port, window-age, probe")
            #expect(second.exitStatus == 78)
        }
    }

    @Test(arguments: [
        "- a\n- b\n", "port: {a: 1}\n", "port: [[1]]\n", "port: 1\nport: 2\n", "{\"port\": \n", "a: b: c\n",
        "port: [1, {a: 2}]\n", "[1]: 2\n", "port: 1\n---\nport: 2\n", "port: *a\n", "port: \u{1}\n", "port: [&a [1]]\n",
        "port: 1\n...\nport: 2\n", "probe: &a [top]\nport: [*a]\n", "text\n", "port: \"\\ud800\"\n",
    ])
    func `a file that is no mapping of scalars is refused with its line`(text: String) throws {
        try withFile(text) { path in
            let error = try #require(throws: SettingError.self) { try values(file: path) }
            #expect(error.description.contains("\(path), line "))
            #expect(error.exitStatus == 78)
        }
    }

    @Test func `a file that is not there says so`() throws {
        let error = try #require(throws: SettingError.self) { try values(file: "/nowhere/at-all.yml") }
        #expect(error == .unreadableFile(setting: "config", path: "/nowhere/at-all.yml", reason: "no such file"))
    }

    @Test func `control characters of a value never reach the terminal`() throws {
        let error = try #require(throws: SettingError.self) {
            try values(flags: ["port": ["\u{1b}[31m8\u{202e}"]])
        }
        #expect(error.description.contains(#"'\u{1b}[31m8\u{202e}'"#))
    }
}
