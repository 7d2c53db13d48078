internal import NIOCore
internal import NIOPosix
internal import Subprocess
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A real `redis-server` in a temporary folder of its own, on a unix socket and, if asked for, a TCP port on loopback.
///
/// No process stays behind: ``running(_:tcp:tls:_:)`` ends it, and a small shell above it does so when the test process
/// itself dies. No persistence unless the arguments say otherwise.
package final class RedisServerProcess: Sendable {
    package let folder: String
    /// Nil without TCP.
    package let port: Int?
    private let arguments: [String]
    private let tls: TestCertificates?
    private let child = Mutex<RedisServerChild?>(nil)

    private init(folder: String, port: Int?, arguments: [String], tls: TestCertificates?) {
        self.tls = tls
        self.folder = folder
        self.port = port
        self.arguments = arguments
    }

    package var socketPath: String { "\(folder)/redis.sock" }
    package var unixURL: String { "unix://\(socketPath)" }
    /// Over TCP where the server has a port, else over the unix socket.
    package var url: String { port.map { (tls == nil ? "redis" : "rediss") + "://127.0.0.1:\($0)" } ?? unixURL }
    /// Nil while the server is down.
    package var processID: Int32? { child.withLock { $0?.runningProcessID } }

    /// Runs `body` with a server that answers PING, and ends the server whatever happens.
    package static func running<Result>(
        _ arguments: [String] = [], tcp: Bool = false, tls: TestCertificates? = nil,
        _ body: (RedisServerProcess) async throws -> Result
    ) async throws -> Result {
        let server = try await start(arguments, tcp: tcp, tls: tls)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// For tests that cannot use ``running(_:tcp:tls:_:)``: whoever calls this calls ``stop()``.
    package static func start(
        _ arguments: [String] = [], tcp: Bool = false, tls: TestCertificates? = nil
    ) async throws -> RedisServerProcess {
        let port = tcp || tls != nil ? try await FreePort.take() : nil
        // The shell that watches over the server makes the folder, so that none is without one who removes it.
        let name = String(UInt64.random(in: 0 ... .max), radix: 36)
        let server = RedisServerProcess(
            folder: "/tmp/redis-test-\(name)", port: port, arguments: arguments, tls: tls)
        do {
            try await server.launch()
        } catch {
            await server.stop()
            throw error
        }
        return server
    }

    /// Starts the server again in the same folder, after ``kill()`` or ``terminate()``, or after ending it now.
    package func restart() async throws {
        await kill()
        try await launch()
    }

    /// Ends the server with SIGKILL; returns when it is gone.
    package func kill() async { await end(SIGKILL) }

    /// Ends the server with SIGTERM, so that it may save; returns when it is gone.
    package func terminate() async { await end(SIGTERM) }

    /// SIGSTOP: connections stay open and nothing answers.
    package func suspend() { child.withLock { $0?.signal(SIGSTOP) } }

    /// SIGCONT.
    package func resume() { child.withLock { $0?.signal(SIGCONT) } }

    /// Ends the server and removes its folder.
    package func stop() async {
        await kill()
        ScratchFolder.remove(folder)
    }

    /// What `redis-cli` prints for a command: for looking from outside.
    package func cli(_ words: String...) async throws -> String {
        try await cli(words)
    }

    package func cli(_ words: [String]) async throws -> String {
        try await RedisCLI.output(of: ["-s", socketPath] + words)
    }

    /// What a command for a shell prints, with `redis-cli` in it that goes to this server: for advice that is given.
    package func shell(_ command: String) async throws -> String {
        let here = command.replacing("redis-cli ", with: "redis-cli -s '\(socketPath)' ")
        let result = try await run(
            .name("sh"), arguments: Arguments(["-c", here]), output: .string(limit: 1 << 20))
        return result.standardOutput
    }

    private func end(_ signal: Int32) async {
        let ending = child.withLock { child in
            child?.signal(signal)
            return child
        }
        await ending?.exited.value
        child.withLock { if $0 === ending { $0 = nil } }
    }

    private func launch() async throws {
        let fixed = [
            "--dir", folder, "--unixsocket", socketPath, "--bind", "127.0.0.1",
            "--save", "", "--appendonly", "no", "--daemonize", "no", "--logfile", "",
        ]
        let listening =
            tls.map { tls in
                [
                    "--port", "0", "--tls-port", String(port ?? 0), "--tls-cert-file", tls.path("server.pem"),
                    "--tls-key-file", tls.path("server.key"), "--tls-ca-cert-file", tls.authority,
                    "--tls-auth-clients", "no",
                ]
            } ?? ["--port", String(port ?? 0)]
        let launched = try await RedisServerChild.launch(fixed + listening + arguments, folder: folder)
        child.withLock { $0 = launched }
        try await ping()
    }

    /// One PING over the socket; any reply will do, `-NOAUTH` too.
    private func ping() async throws {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(unixDomainSocketPath: socketPath) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "PING\r\n"))
            for try await _ in inbound { return }
            throw RedisServerFailure(output: "the server hung up on PING")
        }
    }
}
