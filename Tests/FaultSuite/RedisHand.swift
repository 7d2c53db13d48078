import Logging
import NIOPosix
import RESP
import RedisClient

/// A client of Redis that does not give up: it connects again and asks again until it is answered.
actor RedisHand {
    private let configuration: RedisConfiguration
    private var connection: RedisConnection?

    init(url: String, patience: Duration = .seconds(2)) throws {
        configuration = RedisConfiguration(
            endpoint: try RedisEndpoint(url: url), connectTimeout: patience, requestTimeout: patience)
    }

    /// The answers, error replies among them, once the server gives some; what was asked may be done twice.
    func ask(_ commands: [RESPCommand]) async throws -> [RESPValue] {
        while true {
            do {
                return try await live().pipeline(commands)
            } catch {
                try Task.checkCancellation()
                await connection?.close()
                connection = nil
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// As ``ask(_:)``, until no answer is an error.
    func write(_ commands: [RESPCommand]) async throws {
        while try await ask(commands).contains(where: \.holdsError) { try await Task.sleep(for: .milliseconds(10)) }
    }

    func close() async {
        await connection?.close()
        connection = nil
    }

    private func live() async throws -> RedisConnection {
        if let connection { return connection }
        let new = try await RedisConnector.connect(
            configuration, on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "faults") { _ in SwiftLogNoOpLogHandler() })
        connection = new
        return new
    }
}

extension RESPValue {
    /// Itself or one of an EXEC's results.
    fileprivate var holdsError: Bool { error != nil || (array ?? []).contains { $0.error != nil } }
}
