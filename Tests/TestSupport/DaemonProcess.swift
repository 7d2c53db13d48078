internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The daemon as it is shipped: `streamassembler serve` from beside this program, as a child on a port that it keeps
/// over restarts.
package final class DaemonProcess: Sendable {
    /// The daemon ended before it listened: the end of what it printed.
    package struct DidNotStart: Error, CustomStringConvertible {
        package let output: String
        package var description: String { "the daemon did not start: \(output)" }
    }

    package let port: Int
    private let arguments: [String]
    private let openFiles: Int?
    private let onLine: @Sendable (String) -> Void
    private let child = Mutex<GuardedChild?>(nil)

    private init(port: Int, arguments: [String], openFiles: Int?, onLine: @escaping @Sendable (String) -> Void) {
        self.port = port
        self.arguments = arguments
        self.openFiles = openFiles
        self.onLine = onLine
    }

    /// Nil while it is down.
    package var processID: Int32? { child.withLock { $0?.runningProcessID } }

    /// The last lines of its log.
    package var log: [String] { child.withLock { $0?.output ?? [] } }

    /// Runs `body` beside a daemon that listens, and ends the daemon whatever happens.
    package static func running<Result>(
        _ arguments: [String], openFiles: Int? = nil, onLine: @escaping @Sendable (String) -> Void = { _ in },
        _ body: (DaemonProcess) async throws -> Result
    ) async throws -> Result {
        let daemon = try await start(arguments, openFiles: openFiles, onLine: onLine)
        do {
            let result = try await body(daemon)
            await daemon.stop()
            return result
        } catch {
            await daemon.stop()
            throw error
        }
    }

    /// Whoever calls this calls ``stop()``.
    ///
    /// - Parameters:
    ///   - arguments: behind `serve`, without a port.
    ///   - openFiles: how many descriptors it may have.
    ///   - onLine: gets every line of its log.
    package static func start(
        _ arguments: [String], openFiles: Int? = nil, onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> DaemonProcess {
        let daemon = DaemonProcess(
            port: try await FreePort.take(), arguments: arguments, openFiles: openFiles, onLine: onLine)
        try await daemon.launch()
        return daemon
    }

    /// Ends it with SIGKILL; returns when it is gone.
    package func kill() async { await end(SIGKILL) }

    /// Ends it with SIGTERM, suspended or not; returns when it is gone.
    package func stop() async {
        resume()
        await end(SIGTERM)
        _ = rmdir(scratch)
    }

    private var scratch: String { "/tmp/daemon-test-\(port)" }

    /// Starts it again after ``kill()`` or ``stop()``.
    package func launch() async throws {
        let own = CommandLine.arguments[0]
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        do {
            let command = ["\(folder)/streamassembler", "serve", "--port", String(port)] + arguments
            let limited = openFiles.map { ["/bin/sh", "-c", "ulimit -n \($0) && exec \"$0\" \"$@\""] + command }
            let whole = limited ?? command
            let launched = try await GuardedChild.launch(
                whole[0], Array(whole.dropFirst()), folder: scratch, onLine: onLine
            ) {
                $0.contains("http://")
            }
            child.withLock { $0 = launched }
        } catch {
            throw DidNotStart(output: error.output)
        }
    }

    /// SIGSTOP.
    package func suspend() { child.withLock { $0?.signal(SIGSTOP) } }

    /// SIGCONT.
    package func resume() { child.withLock { $0?.signal(SIGCONT) } }

    private func end(_ signal: Int32) async {
        let ending = child.withLock { child in
            child?.signal(signal)
            return child
        }
        await ending?.exited.value
        child.withLock { if $0 === ending { $0 = nil } }
    }
}
