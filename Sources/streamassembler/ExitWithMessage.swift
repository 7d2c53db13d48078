import ArgumentParser
import Daemon
import Settings

/// How the program ends when something is wrong: one clear line on standard error, and a `sysexits(3)` status.
enum ExitWithMessage {
    static func make(_ message: String, status: Int32) -> ExitCode {
        StandardStreams.error("streamassembler: \(message)")
        return ExitCode(status)
    }

    static func onFailure(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as StartFailure {
            throw make("\(failure)", status: failure.exitStatus)
        }
    }
}
