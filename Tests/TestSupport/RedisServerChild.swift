internal import Subprocess
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One life of a `redis-server` process.
final class RedisServerChild: Sendable {
    /// Ends when the process is gone and reaped.
    let exited: Task<Void, Never>
    private let processID: Mutex<Int32?>

    private init(processID: Int32, exited: Task<Void, Never>) {
        self.exited = exited
        self.processID = Mutex(processID)
    }

    var runningProcessID: Int32? { processID.withLock(\.self) }

    func signal(_ signal: Int32) {
        processID.withLock { if let id = $0 { _ = kill(id, signal) } }
    }

    private enum Event: Sendable {
        case started(Int32)
        case ready
        case ended(output: String)
    }

    /// Returns when the server says that it accepts connections, in a line that `isReady` knows.
    static func launch(
        _ arguments: [String], folder: String,
        isReady: @escaping @Sendable (String) -> Bool = { $0.lowercased().contains("ready to accept connections") }
    ) async throws -> RedisServerChild {
        let (events, continuation) = AsyncStream<Event>.makeStream()
        let running = Task {
            let output = await life(arguments, folder: folder, isReady: isReady) { continuation.yield($0) }
            continuation.yield(.ended(output: output))
            continuation.finish()
        }
        var started: Int32?
        var isUp = false
        for await event in events {
            switch event {
            case .started(let id): started = id
            case .ready: isUp = true
            case .ended(let output): throw RedisServerFailure(output: output)
            }
            if isUp, let started { return watched(processID: started, running: running) }
        }
        throw RedisServerFailure(output: "no output")
    }

    private static func watched(processID: Int32, running: Task<Void, Never>) -> RedisServerChild {
        let (ends, continuation) = AsyncStream<Never>.makeStream()
        let exited = Task { for await _ in ends {} }
        let child = RedisServerChild(processID: processID, exited: exited)
        Task {
            await running.value
            child.processID.withLock { $0 = nil }
            continuation.finish()
        }
        return child
    }

    /// The server is the child of a shell that reads from a pipe of ours: a line dismisses it, and the end-of-file that
    /// comes when this process dies, however it dies, makes it end the server and remove the folder.
    private static let script = #"""
        trap '' HUP INT TERM
        folder=$1; shift
        mkdir -p -m 700 -- "$folder"
        redis-server "$@" </dev/null &
        echo "process $!"
        exec >/dev/null 2>&1
        read -r _ || { kill -KILL $!; wait; rm -rf -- "$folder"; }
        """#

    private static func life(
        _ arguments: [String], folder: String, isReady: (String) -> Bool,
        report: @escaping @Sendable (Event) -> Void
    ) async -> String {
        var tail: [String] = []
        do {
            _ = try await run(
                .name("sh"), arguments: Arguments(["-c", script, "sh", folder] + arguments), input: .inputWriter,
                output: .sequence, error: .combinedWithOutput
            ) { shell in
                for try await line in shell.standardOutput.strings() {
                    tail = tail.suffix(20) + [line]
                    if line.hasPrefix("process "), let id = Int32(line.dropFirst(8)) { report(.started(id)) }
                    if isReady(line) { report(.ready) }
                }
                // The output ends with the server, the shell having let go of it.
                _ = try await shell.standardInputWriter.write(Array("done\n".utf8))
            }
        } catch {
            tail.append("\(error)")
        }
        return tail.joined(separator: "\n")
    }
}
