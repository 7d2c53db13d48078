internal import Subprocess

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One of this package's programs, as it was built beside the tests, run as a child process.
package final class ProgramUnderTest: Sendable {
    /// How it ended: its status, or 128 and the signal's number.
    package typealias Status = Int32

    /// What the program writes to standard output, line by line; ends with the program.
    package let lines: AsyncStream<String>
    private let processID: Int32

    private init(processID: Int32, lines: AsyncStream<String>) {
        self.processID = processID
        self.lines = lines
    }

    package func send(_ signal: Int32) { _ = kill(processID, signal) }

    package func kill9() { send(SIGKILL) }

    package func interrupt() { send(SIGINT) }

    /// The next line that holds the text; nil where the program ends before.
    package func line(with text: String) async -> String? {
        for await line in lines where line.contains(text) { return line }
        return nil
    }

    /// Runs `script` in a shell in which `"$PROGRAM"` is the program's path. `exec` it to signal it.
    ///
    /// - Returns: what `body` gave, and how the shell ended; it is killed if it runs on after `body`, unless that waits.
    package static func run<Result: Sendable>(
        _ name: String, shell script: String, waits: Bool = false,
        _ body: @escaping @Sendable (ProgramUnderTest) async throws -> Result
    ) async throws -> (result: Result, status: Status) {
        let own = CommandLine.arguments[0]
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        let outcome = try await Subprocess.run(
            .name("sh"), arguments: ["-c", "PROGRAM=$0\n" + script, "\(folder)/\(name)"], input: .none,
            output: .sequence, error: .discarded
        ) { execution in
            let (lines, sink) = AsyncStream.makeStream(of: String.self)
            let program = ProgramUnderTest(processID: execution.processIdentifier.value, lines: lines)
            let reading = Task {
                defer { sink.finish() }
                for try await line in execution.standardOutput.strings() {
                    sink.yield(line.last == "\n" ? String(line.dropLast()) : line)
                }
            }
            do {
                let result = try await body(program)
                if !waits { program.kill9() }
                try await reading.value
                return result
            } catch {
                program.kill9()
                throw error
            }
        }
        switch outcome.terminationStatus {
        case .exited(let code): return (outcome.closureResult, code)
        case .signaled(let signal): return (outcome.closureResult, 128 + signal)
        }
    }
}
