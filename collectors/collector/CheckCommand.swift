import ArgumentParser
import CollectorAgent
import Logging
import Settings

/// `collector check`: what can be read, whether Redis can be written, and what to grant.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what can be read, whether Redis can be written, and what to grant.",
        discussion: "Exits with 0, 69 where Redis cannot be reached, 77 where it cannot be written.")

    @OptionGroup var options: CollectorOptions

    func run() async throws {
        let configuration = try options.configuration()
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
        let (findings, status) = await CollectorCheck.run(configuration, logger: Logger(label: "collector"))
        let width = findings.map(\.source.count).max() ?? 0
        for finding in findings {
            let source = finding.source + String(repeating: " ", count: width - finding.source.count)
            StandardStreams.output("\(source)  \(finding.verdict.rawValue): \(finding.detail)")
        }
        if status != 0 { throw ExitCode(status) }
    }
}
