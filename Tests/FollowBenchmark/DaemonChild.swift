import Subprocess
import SystemPackage

/// The daemon as it is shipped: the release program beside this one, as a child process.
enum DaemonChild {
    /// The daemon ended before it listened.
    struct DidNotStart: Error {}

    static func running<Result: Sendable>(
        redis: String, _ body: @escaping @Sendable (_ port: Int) async throws -> Result
    ) async throws -> Result {
        let own = CommandLine.arguments[0]
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let outcome = try await Subprocess.run(
            .path(FilePath("\(folder)/streamassembler")),
            arguments: ["serve", "--redis", redis, "--port", "0", "--log-level", "warning"],
            platformOptions: options, input: .none, output: .sequence, error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        ) { execution in
            for try await line in execution.standardOutput.strings() {
                guard let port = line.split(separator: ":").last.flatMap({ Int($0.prefix { $0.isNumber }) }) else {
                    continue
                }
                let result = try await body(port)
                try execution.send(signal: .terminate)
                return result
            }
            throw DidNotStart()
        }
        return outcome.closureResult
    }
}
