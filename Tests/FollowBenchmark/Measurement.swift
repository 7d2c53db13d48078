import Logging
import NIOPosix
import RedisClient
import TestSupport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs one scenario with a Redis server of its own, so that no run finds what an earlier one left.
struct Measurement {
    let scenario: Scenario
    /// Whether the daemon tells what each of its rounds took.
    var isTraced = false

    func run() async throws -> Row {
        try await RedisServerProcess.running(FollowMode.restrictedUser, tcp: true) { server in
            guard let port = server.port else { return Row(scenario: scenario) }
            let receiver = Receiver(expecting: scenario.samples)
            switch scenario.way {
            case .nobody: return try await measure(port, daemon: nil, receiver)
            case .publish: return try await publish(port, receiver)
            case .daemon(let mode): return try await follow(mode, port, receiver)
            }
        }
    }

    private func redis(_ port: Int) throws -> RedisConfiguration {
        RedisConfiguration(endpoint: try RedisEndpoint(url: "redis://127.0.0.1:\(port)"))
    }

    private func publish(_ port: Int, _ receiver: Receiver) async throws -> Row {
        let subscription = try await RedisSubscription.connect(
            try redis(port), patterns: ["*"], on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        ) { _, message in
            receiver.received(message)
        }
        let row = try await measure(port, daemon: nil, receiver)
        await subscription.close()
        return row
    }

    private func follow(_ mode: FollowMode, _ port: Int, _ receiver: Receiver) async throws -> Row {
        // A window that holds whatever is written: each sample is to come.
        let arguments = [
            "--redis", mode.url(port: port), "--log-level", isTraced ? "trace" : "warning", "--window-per-key",
            "\(scenario.flood > 0 ? 600 : 100_000)", "--window-samples", "1000000", "--window-bytes", "1GiB",
        ]
        let rounds = RoundLog()
        return try await DaemonProcess.running(
            arguments + mode.daemonArguments, onLine: { [isTraced] in if isTraced { rounds.add($0) } }
        ) { daemon in
            while try await HTTPProbe.get("/readyz", port: daemon.port).hasPrefix("HTTP/1.1 200") == false {
                try await Task.sleep(for: .milliseconds(10))
            }
            let client = try await WebSocketClient.connect(
                port: daemon.port, path: "/socket.io/?EIO=4&transport=websocket")
            try await client.send(text: #"40{"subscribe":{"depth":100000}}"#)
            let reading = Task {
                for await frame in client.frames {
                    guard case .text(let text) = frame else { continue }
                    if text == "2" { try await client.send(text: "3") }
                    receiver.receivedFrame(text)
                }
            }
            try await receiver.untilConnected()
            let row = try await measure(port, daemon: daemon, receiver, rounds)
            reading.cancel()
            try await client.disconnect()
            return row
        }
    }

    private func measure(
        _ port: Int, daemon: DaemonProcess?, _ receiver: Receiver, _ rounds: RoundLog = RoundLog()
    ) async throws -> Row {
        let meter = try await RedisConnector.connect(
            try redis(port), on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        let processID = daemon?.processID
        let serverBefore = try await ServerMeter.read(meter)
        let daemonBefore = processID.flatMap(ProcessMeter.cpu)
        let ownBefore = ProcessMeter.cpu(of: getpid())
        let began = ContinuousClock.now
        let writer = Writer(redis: try redis(port), command: scenario.way == .publish ? .publish : .zadd)
        async let flooding: Void = writer.flood(scenario)
        let (sent, ended) = try await writer.write(scenario)
        try await flooding
        let daemonAtEnd = processID.flatMap(ProcessMeter.cpu)
        let ownAtEnd = ProcessMeter.cpu(of: getpid())
        let arrivals = scenario.way == .nobody ? nil : try await receiver.untilQuiet()
        let daemonAfter = processID.flatMap(ProcessMeter.cpu)
        let serverAfter = try await ServerMeter.read(meter)
        await meter.close()

        let samples = Double(scenario.samples)
        var row = Row(scenario: scenario)
        row.writtenPerSecond = samples / ((ended - began) / .seconds(1))
        row.redisMicrosecondsPerSample = (serverAfter.cpu - serverBefore.cpu) / .microseconds(1) / samples
        if let arrivals {
            row.add(arrivals, sent: sent, ended: ended)
            if isTraced { row.trace = Trace(rounds.rounds, arrivals, sent: sent) }
        }
        if let ownBefore, let ownAtEnd { row.ownPercent = (ownAtEnd - ownBefore) / (ended - began) * 100 }
        if let daemonBefore, let daemonAtEnd, let daemonAfter {
            row.commandsPerSample = Double(serverAfter.followerCommands - serverBefore.followerCommands) / samples
            row.daemonMicrosecondsPerSample = (daemonAfter - daemonBefore) / .microseconds(1) / samples
            row.daemonPercent = (daemonAtEnd - daemonBefore) / (ended - began) * 100
        }
        return row
    }
}

extension Row {
    fileprivate mutating func add(
        _ arrivals: Receiver.Arrivals, sent: [ContinuousClock.Instant], ended: ContinuousClock.Instant
    ) {
        let latencies = zip(sent, arrivals.times).compactMap { sent, arrived in
            arrived.map { ($0 - sent) / .milliseconds(1) }
        }.sorted()
        resyncs = max(0, arrivals.snapshots - 1)
        doubled = arrivals.doubled
        // A snapshot stands for what was skipped.
        missing = resyncs > 0 ? 0 : sent.count - latencies.count
        guard let first = sent.first, let last = arrivals.times.compactMap(\.self).max() else { return }
        p50 = latencies[latencies.count / 2]
        p99 = latencies[min(latencies.count - 1, latencies.count * 99 / 100)]
        drained = max(0, (last - ended) / .milliseconds(1))
        followedPerSecond = Double(latencies.count) / ((last - first) / .seconds(1))
    }
}
