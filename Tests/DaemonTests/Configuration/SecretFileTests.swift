import Glibc
import RedisClient
import Settings
import Testing

@testable import Daemon

/// Files with secrets: the daemon warns of those that others can read, and takes none that everybody can change.
@Suite(.timeLimit(.minutes(1))) struct SecretFileTests {
    private static let text = "0123456789abcdef0123456789abcdef"

    /// A file with those permissions, for the time of `body`.
    private func file<Result>(
        _ mode: mode_t, _ text: String = Self.text, _ body: (String) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder(prefix: "streamassembler-test", temporary: nil)
        defer { folder.remove() }
        let path = "\(folder.path)/secret"
        let descriptor = try #require(open(path, O_CREAT | O_WRONLY, 0o600) as CInt?)
        #expect(Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == text.utf8.count)
        close(descriptor)
        #expect(chmod(path, mode) == 0)
        return try await body(path)
    }

    private func read(_ flags: [String: String], file: String? = nil) throws -> DaemonConfiguration {
        let reader = try SettingsReader(
            DaemonSettings.all, flags: flags.mapValues { [$0] }, environment: [:], prefix: "STREAMASSEMBLER",
            configurationFile: file)
        return try DaemonConfiguration(reader) { try TextFile.read($0) }
    }

    /// What is told for a file with those permissions; nil where the configuration is refused.
    private static let modes: [(mode_t, Int?)] = [
        (0o600, 0), (0o400, 0), (0o640, 0), (0o644, 1), (0o604, 1), (0o660, 1), (0o666, nil), (0o602, nil),
    ]

    @Test(arguments: modes) func `a token file that others can read is told, one that all can change is refused`(
        _ mode: mode_t, _ told: Int?
    ) async throws {
        try await file(mode) { path in
            guard let told else {
                let error = try #require(throws: SettingError.self) { try read(["token-file": path]) }
                #expect(error.description.hasPrefix("token-file: '"))
                #expect(error.description.contains("others cannot change") && error.description.contains("chmod 600"))
                return
            }
            let exposed = try read(["token-file": path]).exposedSecrets
            #expect(exposed.map(\.secret) == Array(repeating: SecretFileName("token-file", path), count: told))
        }
    }

    @Test(arguments: [
        ["redis-password-file": "FILE"], ["sentinel-password-file": "FILE", "redis": "redis+sentinel://h/m"],
    ])
    func `so is a password file`(_ settings: [String: String]) async throws {
        let name = try #require(settings.keys.first { $0.hasSuffix("password-file") })
        for (mode, told) in Self.modes {
            try await file(mode) { path in
                let flags = settings.mapValues { $0 == "FILE" ? path : $0 }
                let exposed = try? read(flags).exposedSecrets.map(\.secret)
                #expect(exposed == told.map { Array(repeating: SecretFileName(name, path), count: $0) })
            }
        }
    }

    @Test func `so is the key of a certificate`() async throws {
        try await file(0o644) { path in
            var configuration = DaemonConfiguration()
            configuration.redisOptions.tls.keyFile = path
            #expect(configuration.exposedSecrets.map(\.secret) == [SecretFileName("redis-key", path)])
        }
    }

    @Test(arguments: ["redis://u:p@h", "redis://h"])
    func `so is a configuration file with a password in the URL, and none without`(_ url: String) async throws {
        let hasPassword = url.contains("@")
        try await file(0o644, "redis: \(url)\n") { path async throws in
            #expect(try read([:], file: path).exposedSecrets.count == (hasPassword ? 1 : 0))
            // A flag goes before the file: then the password is not the file's.
            #expect(try read(["redis": "redis://u:p@h"], file: path).exposedSecrets.isEmpty)
        }
        try await file(0o666, "redis: \(url)\n") { path in
            let isTaken = (try? read([:], file: path)) != nil
            #expect(isTaken == !hasPassword)
        }
    }

    @Test func `the log and the check name the file, and not what is in it`() async throws {
        try await file(0o644) { path in
            try await LoneDaemon.with {
                $0.redisURL = "unix:///nowhere"
                $0.tokenFile = path
                $0.token = Self.text
            } _: { daemon in
                await daemon.log.until("a file with a secret is open to others")
                let line = try #require(daemon.log.lines(with: "a file with a secret is open").first)
                #expect(line.contains(path) && line.contains("token-file") && line.contains("can read this secret"))
                #expect(!daemon.log.lines.contains { $0.contains(Self.text) })
            }
            var configuration = DaemonConfiguration()
            configuration.redisURL = "unix:///nowhere"
            configuration.tokenFile = path
            var lines: [String] = []
            _ = await Check(configuration).run { lines.append($0) }
            #expect(lines.contains { $0.hasPrefix("token-file ") && $0.contains(path) && $0.contains("warning") })
        }
    }
}
