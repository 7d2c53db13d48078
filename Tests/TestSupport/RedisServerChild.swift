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

    /// Returns when the server says that it accepts connections.
    static func launch(_ arguments: [String], folder: String) async throws -> RedisServerChild {
        let (events, continuation) = AsyncStream<Event>.makeStream()
        let running = Task {
            continuation.yield(.ended(output: await life(arguments, folder: folder) { continuation.yield($0) }))
            continuation.finish()
        }
        var iterator = events.makeAsyncIterator()
        var started: Int32?
        while let event = await iterator.next() {
            switch event {
            case .started(let id): started = id
            case .ended(let output): throw RedisServerFailure(output: output)
            case .ready:
                guard let started else { break }
                return watched(processID: started, running: running)
            }
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

    private static func life(
        _ arguments: [String], folder: String, report: @escaping @Sendable (Event) -> Void
    ) async -> String {
        var tail: [String] = []
        do {
            _ = try await run(
                .name("redis-server"), arguments: Arguments(arguments), input: .none, output: .sequence,
                error: .combinedWithOutput
            ) { server in
                let id = server.processIdentifier.value
                report(.started(id))
                try await guarded(id, folder: folder) {
                    for try await line in server.standardOutput.strings() {
                        tail = tail.suffix(20) + [line]
                        if line.lowercased().contains("ready to accept connections") { report(.ready) }
                    }
                }
            }
        } catch {
            tail.append("\(error)")
        }
        return tail.joined(separator: "\n")
    }

    /// Beside the server a shell reads from a pipe of ours: a line dismisses it, and the end-of-file that comes when
    /// this process is killed makes it end the server and remove the folder.
    private static func guarded(_ processID: Int32, folder: String, _ body: () async throws -> Void) async throws {
        let script = #"read -r _ || { kill -KILL "$1"; rm -rf -- "$2"; }"#
        _ = try await run(
            .name("sh"), arguments: ["-c", script, "sh", String(processID), folder], input: .inputWriter,
            output: .discarded, error: .discarded
        ) { guardian in
            try await body()
            _ = try await guardian.standardInputWriter.write(Array("done\n".utf8))
        }
    }
}
