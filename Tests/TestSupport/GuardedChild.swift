internal import Subprocess
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One life of a child process that cannot outlive this one.
final class GuardedChild: Sendable {
    /// Why a child never got ready: the end of what it printed.
    struct DidNotStart: Error {
        let output: String
    }

    /// Ends when the process is gone and reaped.
    let exited: Task<Void, Never>
    /// The line by which it said that it was ready.
    let readyLine: String
    private let processID: Mutex<Int32?>
    private let printed: Printed

    private init(processID: Int32, readyLine: String, exited: Task<Void, Never>, printed: Printed) {
        self.exited = exited
        self.readyLine = readyLine
        self.processID = Mutex(processID)
        self.printed = printed
    }

    var runningProcessID: Int32? { processID.withLock(\.self) }

    /// The last lines that it printed.
    var output: [String] { printed.lines.withLock(\.self) }

    func signal(_ signal: Int32) {
        processID.withLock { if let id = $0 { _ = kill(id, signal) } }
    }

    private final class Printed: Sendable {
        let lines = Mutex<[String]>([])
        private let onLine: @Sendable (String) -> Void

        init(onLine: @escaping @Sendable (String) -> Void) { self.onLine = onLine }

        func add(_ line: String) {
            onLine(line)
            lines.withLock { lines in
                lines.append(line)
                if lines.count > 80 { lines.removeFirst(40) }
            }
        }

        var text: String { lines.withLock { $0.suffix(20).joined(separator: "\n") } }
    }

    private enum Event: Sendable {
        case started(Int32)
        case ready(String)
        case ended
    }

    /// Returns when a line of its output says that it is ready.
    ///
    /// - Parameter onLine: gets every line of its output.
    static func launch(
        _ program: String, _ arguments: [String], folder: String,
        onLine: @escaping @Sendable (String) -> Void = { _ in }, isReady: @escaping @Sendable (String) -> Bool
    ) async throws(DidNotStart) -> GuardedChild {
        let (events, continuation) = AsyncStream<Event>.makeStream()
        let printed = Printed(onLine: onLine)
        let running = Task {
            await life([folder, program] + arguments, printed: printed, isReady: isReady) { continuation.yield($0) }
            continuation.yield(.ended)
            continuation.finish()
        }
        var started: Int32?
        var readyLine: String?
        for await event in events {
            switch event {
            case .started(let id): started = id
            case .ready(let line): readyLine = line
            case .ended: throw DidNotStart(output: printed.text)
            }
            if let readyLine, let started {
                return watched(processID: started, readyLine: readyLine, running: running, printed: printed)
            }
        }
        throw DidNotStart(output: "no output")
    }

    private static func watched(
        processID: Int32, readyLine: String, running: Task<Void, Never>, printed: Printed
    ) -> GuardedChild {
        let (ends, continuation) = AsyncStream<Never>.makeStream()
        let exited = Task { for await _ in ends {} }
        let child = GuardedChild(processID: processID, readyLine: readyLine, exited: exited, printed: printed)
        Task {
            await running.value
            child.processID.withLock { $0 = nil }
            continuation.finish()
        }
        return child
    }

    /// The process is the child of a shell that reads from a pipe of ours: a line dismisses it, and the end-of-file that
    /// comes when this process dies, however it dies, makes it end the child and remove the folder.
    private static let script = #"""
        trap '' HUP INT TERM
        folder=$1; shift
        mkdir -p -m 700 -- "$folder"
        "$@" </dev/null &
        echo "process $!"
        exec >/dev/null 2>&1
        read -r _ || { kill -KILL $!; wait; rm -rf -- "$folder"; }
        """#

    private static func life(
        _ arguments: [String], printed: Printed, isReady: @escaping @Sendable (String) -> Bool,
        report: @escaping @Sendable (Event) -> Void
    ) async {
        do {
            _ = try await run(
                .name("sh"), arguments: Arguments(["-c", script, "sh"] + arguments), input: .inputWriter,
                output: .sequence, error: .combinedWithOutput
            ) { shell in
                for try await line in shell.standardOutput.strings() {
                    printed.add(line)
                    if line.hasPrefix("process "), let id = Int32(line.dropFirst(8)) { report(.started(id)) }
                    if isReady(line) { report(.ready(line)) }
                }
                // The output ends with the child, the shell having let go of it.
                _ = try await shell.standardInputWriter.write(Array("done\n".utf8))
            }
        } catch {
            printed.add("\(error)")
        }
    }
}
