import Foundation
import Settings
import Testing

@Suite struct SettingsReaderTests {
    static let port = Setting<Int>.integer("port", default: 8080, in: 0...65535, help: "the TCP port")
    static let age = Setting<Duration>.duration(
        "window-age", default: .seconds(600), in: .seconds(1)...(.seconds(86_400)), help: "the window's age")
    static let probes = Setting<[String]>.list(
        "probe", default: ["top"], allowed: "top, netstat", help: "what to sample"
    ) { ["top", "netstat"].contains($0) }

    private func reader(
        flags: [String: [String]] = [:], environment: [String: String] = [:], file: String? = nil
    ) throws -> SettingsReader {
        try SettingsReader(
            known: [.init(Self.port), .init(Self.age), .init(Self.probes)], flags: flags, environment: environment,
            prefix: "APP", configurationFile: file)
    }

    /// Calls `body` with the path of a file that holds `text`.
    private func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString).yml").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }

    @Test func `a flag wins over the environment, the environment over the file, the file over the default`() throws {
        #expect(try reader().value(of: Self.port) == 8080)
        try withFile("port: 1\n") { path in
            #expect(try reader(file: path).value(of: Self.port) == 1)
            #expect(try reader(environment: ["APP_PORT": "2"], file: path).value(of: Self.port) == 2)
            let all = try reader(flags: ["port": ["3"]], environment: ["APP_PORT": "2"], file: path)
            #expect(try all.value(of: Self.port) == 3)
            #expect(all.origin(of: Self.port) == .flag("--port"))
        }
    }

    @Test func `the file may be named in the environment and may be JSON`() throws {
        try withFile(#"{"port": 9, "window-age": "90s", "probe": ["top", "netstat"]}"#) { path in
            let reader = try reader(environment: ["APP_CONFIG": path])
            #expect(try reader.value(of: Self.port) == 9)
            #expect(try reader.value(of: Self.age) == .seconds(90))
            #expect(try reader.value(of: Self.probes) == ["top", "netstat"])
        }
    }

    @Test func `an empty file sets nothing`() throws {
        try withFile("# nothing here\n") { path in
            let reader = try reader(file: path)
            #expect(try reader.value(of: Self.port) == 8080)
        }
    }

    @Test(arguments: ["65536", "-1", "8o8o", "", "1.5"])
    func `a value out of range names the key, the value, the place and what is allowed`(value: String) throws {
        let reader = try reader(flags: ["port": [value]])
        let error = try #require(throws: SettingError.self) { try reader.value(of: Self.port) }
        #expect(
            error.description
                == "port: '\(value)' from the flag --port is not valid; allowed: a whole number, 0 to 65535")
        #expect(error.exitStatus == 64)
    }

    @Test func `the same value from the environment or a file is a configuration error`() throws {
        let fromEnvironment = try reader(environment: ["APP_PORT": "x"])
        let first = try #require(throws: SettingError.self) { try fromEnvironment.value(of: Self.port) }
        #expect(first.exitStatus == 78)
        #expect(first.description.contains("environment variable APP_PORT"))
        try withFile("window-age: 5m\nport: [1, 2]\n") { path in
            let second = try #require(throws: SettingError.self) { try reader(file: path) }
            #expect(second == .givenTwice(name: "port", origin: .file(path: path, line: 2)))
        }
        try withFile("\n\nport: far\n") { path in
            let fromFile = try reader(file: path)
            let third = try #require(throws: SettingError.self) { try fromFile.value(of: Self.port) }
            #expect(third.description.contains("\(path), line 3"))
            #expect(third.exitStatus == 78)
        }
    }

    @Test func `an unknown key is named with what is known`() throws {
        let first = try #require(throws: SettingError.self) { try reader(environment: ["APP_PROT": "1"]) }
        #expect(first.description.contains("prot: unknown key in the environment variable APP_PROT; allowed: APP_PORT"))
        try withFile("prot: 1\n") { path in
            let second = try #require(throws: SettingError.self) { try reader(file: path) }
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
            let error = try #require(throws: SettingError.self) { try reader(file: path) }
            #expect(error.description.contains("\(path), line "))
            #expect(error.exitStatus == 78)
        }
    }

    @Test func `a file that is not there says so`() throws {
        let error = try #require(throws: SettingError.self) { try reader(file: "/nowhere/at-all.yml") }
        #expect(error == .unreadableFile(path: "/nowhere/at-all.yml", reason: "no such file"))
    }

    @Test func `control characters of a value never reach the terminal`() throws {
        let reader = try reader(flags: ["port": ["\u{1b}[31m8\u{202e}"]])
        let error = try #require(throws: SettingError.self) { try reader.value(of: Self.port) }
        #expect(error.description.contains(#"'\u{1b}[31m8\u{202e}'"#))
    }
}
