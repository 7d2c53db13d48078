internal import Subprocess
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A real sentinel on a port of its own, that watches one master under the name `main`.
package final class SentinelProcess: Sendable {
    package let folder: String
    package let port: Int
    private let child = Mutex<RedisServerChild?>(nil)

    private init(folder: String, port: Int) {
        self.folder = folder
        self.port = port
    }

    /// Whoever calls this calls ``stop()``.
    package static func start(
        watching masterPort: Int, quorum: Int = 2, lines: [String] = []
    ) async throws -> SentinelProcess {
        let name = String(UInt64.random(in: 0 ... .max), radix: 36)
        let sentinel = SentinelProcess(
            folder: "/tmp/redis-test-\(name)", port: try await FreePort.take())
        let text =
            ([
                "port \(sentinel.port)", "bind 127.0.0.1", "dir \(sentinel.folder)", "protected-mode no",
                "sentinel monitor main 127.0.0.1 \(masterPort) \(quorum)",
                "sentinel down-after-milliseconds main 500", "sentinel failover-timeout main 2000",
            ] + lines).joined(separator: "\n") + "\n"
        _ = try await run(
            .name("sh"),
            arguments: Arguments(["-c", #"mkdir -m 700 -- "$1" && cat > "$1/sentinel.conf""#, "sh", sentinel.folder]),
            input: .string(text), output: .discarded)
        do {
            try await sentinel.launch()
        } catch {
            await sentinel.stop()
            throw error
        }
        return sentinel
    }

    /// SIGKILL; returns when it is gone.
    package func kill() async {
        let ending = child.withLock { child in
            child?.signal(SIGKILL)
            return child
        }
        await ending?.exited.value
        child.withLock { $0 = nil }
    }

    package func suspend() { child.withLock { $0?.signal(SIGSTOP) } }
    package func resume() { child.withLock { $0?.signal(SIGCONT) } }

    package func stop() async {
        await kill()
        ScratchFolder.remove(folder)
    }

    /// What `redis-cli` prints for a command.
    package func cli(_ words: String...) async throws -> String {
        try await RedisCLI.output(of: ["-p", String(port)] + words)
    }

    private func launch() async throws {
        let launched = try await RedisServerChild.launch(
            ["\(folder)/sentinel.conf", "--sentinel"], folder: folder, isReady: { $0.contains("+monitor master") })
        child.withLock { $0 = launched }
    }
}
