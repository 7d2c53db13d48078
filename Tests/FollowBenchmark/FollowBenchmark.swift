import ArgumentParser
import Logging
import NIOCore
import NIOPosix
import RESP
import RedisClient
import TestSupport

/// Measures the way of samples from ZADD through the daemon to a connected client, and counts them.
///
/// Two runs: paced (latency without a queue) and at full speed (throughput). Each stands beside a baseline measured in
/// the same run: the same bytes through Redis PUBLISH to a subscriber in this process, which is what Redis and the
/// sockets cost without a daemon.
@main
struct FollowBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-follow", abstract: "From ZADD to a connected client: every sample once, how fast.")

    @Option(help: "Samples of each run.") var samples = 10_000
    @Option(help: "Sorted sets that the samples are spread over.") var keys = 200
    @Option(help: "Bytes of a sample.") var bytes = 1024
    @Option(help: "Samples per second of the paced run.") var rate = 1000

    func validate() throws {
        guard (1...1_000_000).contains(samples) else { throw ValidationError("samples: allowed: 1 to 1000000") }
        guard (1...10_000).contains(keys) else { throw ValidationError("keys: allowed: 1 to 10000") }
        guard (128...100_000).contains(bytes) else { throw ValidationError("bytes: allowed: 128 to 100000") }
        guard (1...50_000).contains(rate) else { throw ValidationError("rate: allowed: 1 to 50000") }
    }

    func run() async throws {
        let load = Load(samples: samples, keys: keys, bytes: bytes)
        var rows: [Row] = []
        for pace in [Pace.perSecond(rate), .fullSpeed] {
            rows.append(try await measure(load, pace, through: .publish))
            rows.append(try await measure(load, pace, through: .daemon))
        }
        print(Row.heading)
        for row in rows { print(row.text) }
        for (baseline, daemon) in zip(rows, rows.dropFirst()) where daemon.way == .daemon {
            print(
                "ratio \(daemon.pace): p50 ×\(Row.decimal(daemon.p50 / baseline.p50)), "
                    + "p99 ×\(Row.decimal(daemon.p99 / baseline.p99)), rate ×\(Row.decimal(daemon.rate / baseline.rate))"
            )
        }
        guard rows.allSatisfy({ $0.missing == 0 && $0.doubled == 0 }) else {
            print("samples were lost or doubled")
            throw ExitCode.failure
        }
    }

    private func measure(_ load: Load, _ pace: Pace, through way: Way) async throws -> Row {
        // A server of its own for each run: no run finds what an earlier one left.
        let server = try await RedisServerProcess.start()
        let receiver = Receiver(expecting: load.samples)
        let row: Row
        do {
            row =
                switch way {
                case .publish: try await publish(load, pace, server, receiver)
                case .daemon: try await follow(load, pace, server, receiver)
                }
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
        return row
    }

    /// The baseline: PUBLISH to a subscription of ours.
    private func publish(
        _ load: Load, _ pace: Pace, _ server: RedisServerProcess, _ receiver: Receiver
    ) async throws -> Row {
        let redis = RedisConfiguration(endpoint: try RedisEndpoint(url: server.unixURL))
        let subscription = try await RedisSubscription.connect(
            redis, patterns: ["*"], on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        ) { _, message in
            receiver.received(message)
        }
        let sent = try await Writer(redis: redis, command: .publish).write(load, pace)
        let row = try await receiver.row(.publish, pace, sent: sent)
        await subscription.close()
        return row
    }

    private func follow(
        _ load: Load, _ pace: Pace, _ server: RedisServerProcess, _ receiver: Receiver
    ) async throws -> Row {
        let redis = RedisConfiguration(endpoint: try RedisEndpoint(url: server.unixURL))
        return try await DaemonChild.running(redis: server.unixURL) { port in
            let client = try await WebSocketClient.connect(port: port, path: "/socket.io/?EIO=4&transport=websocket")
            try await client.send(text: "40")
            let reading = Task {
                for await frame in client.frames {
                    guard case .text(let text) = frame else { continue }
                    if text == "2" { try await client.send(text: "3") }
                    receiver.receivedFrame(text)
                }
            }
            try await receiver.untilConnected()
            let sent = try await Writer(redis: redis, command: .zadd).write(load, pace)
            let row = try await receiver.row(.daemon, pace, sent: sent)
            reading.cancel()
            try await client.disconnect()
            return row
        }
    }
}

/// What is written.
struct Load: Sendable {
    let samples: Int
    let keys: Int
    let bytes: Int
}

/// How it is written.
enum Pace: Sendable, Equatable, CustomStringConvertible {
    case perSecond(Int)
    case fullSpeed

    var description: String {
        switch self {
        case .perSecond(let rate): "\(rate)/s"
        case .fullSpeed: "full speed"
        }
    }
}

/// Which way it takes.
enum Way: String, Sendable {
    case publish = "PUBLISH (baseline)"
    case daemon = "daemon"
}
