import Daemon
import JSONBytes
import Logging
import ServiceLifecycle
import TestSupport

/// A daemon in this process whose Redis is the test's affair: it may never come to follow it.
struct LoneDaemon: Sendable {
    let port: Int
    let log: LogRecorder

    /// Starts it, and ends it whatever happens.
    static func with(
        adjust: (inout DaemonConfiguration) -> Void, _ body: (LoneDaemon) async throws -> Void
    ) async throws {
        var configuration = DaemonConfiguration()
        configuration.port = 0
        configuration.logLevel = .debug
        adjust(&configuration)
        let log = LogRecorder()
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let composition = Composition(configuration, writeLog: { log.write($0) })
        let ended = Task {
            defer { port.finish() }
            try await composition.run { url in
                port.yield(url.split(separator: ":").last.flatMap { Int($0) } ?? 0)
            }
        }
        var iterator = ports.makeAsyncIterator()
        guard let bound = await iterator.next() else { return try await ended.value }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(LoneDaemon(port: bound, log: log)))
        } catch {
            result = .failure(error)
        }
        ended.cancel()
        _ = await ended.result
        try result.get()
    }

    func client() async throws -> MonitoringClient {
        try await MonitoringClient.connect(port: port, auth: nil)
    }

    /// The body of `/readyz`.
    func readiness() async throws -> JSONValue {
        let answer = try await HTTPProbe.get("/readyz", port: port)
        return JSONValue(answer.components(after: "\r\n\r\n")) ?? .null
    }
}
