import FoundationEssentials
import RESP
import TestSupport

/// Plays one case in one mode: real servers, a real daemon, a real client.
struct CaseRun: Sendable {
    let fault: FaultCase
    let mode: FollowMode
    let scale: Scale
    let seed: UInt64

    func play() async -> Outcome {
        var outcome = Outcome(fault, mode)
        do {
            try await withRedis { redis, url, daemonURL in
                // In the sets from the start: new ones are found by the next search alone where nothing tells of them.
                try await seedKeys(url)
                let arguments =
                    ["--redis", daemonURL, "--window-per-key", "\(fault.perKey)"] + mode.daemonArguments + fault.daemon
                try await DaemonProcess.running(arguments) { daemon in
                    outcome = try await play(redis, daemon, url, outcome)
                    guard outcome.isFailure else { return }
                    outcome.details += daemon.log.suffix(30)
                }
            }
        } catch {
            outcome.note = "\(error)"
            outcome.isFailure = true
        }
        return outcome
    }

    /// One server, or a master that sentinels watch; with the URL of the collectors, and that of the daemon.
    private func withRedis(
        _ body: (_ redis: RedisServerProcess, _ url: String, _ daemonURL: String) async throws -> Void
    ) async throws {
        if fault.hasSentinels {
            try await SentinelSetup.running(fault.redis) { try await body($0.master, $0.url, $0.url) }
        } else {
            try await RedisServerProcess.running(FollowMode.restrictedUser + fault.redis, tcp: true) { redis in
                guard let port = redis.port else { return }
                try await body(redis, redis.url, mode.url(port: port))
            }
        }
    }

    private func play(
        _ redis: RedisServerProcess, _ daemon: DaemonProcess, _ url: String, _ outcome: Outcome
    ) async throws -> Outcome {
        let client = CountingClient(port: daemon.port)
        // Who waits for a stalled master sees its successor late.
        let patience = Duration.seconds(fault.hasSentinels ? 2 : 20)
        let reader = try RedisHand(url: url, patience: patience)
        let progress = Progress(planned: scale.samples)
        let stage = Stage(
            redis: redis, daemon: daemon, hand: try RedisHand(url: url, patience: patience),
            mode: mode, scale: scale, progress: progress)
        let listening = Task { await client.run() }
        defer { listening.cancel() }
        try await untilReady(daemon, client)

        let ended = try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<Self.collectors {
                group.addTask { try await collect(number, url, progress) }
            }
            if let fault = fault.fault { try await fault(stage) } else { try await group.waitForAll() }
            let ended = ContinuousClock.now
            client.await(try await Truth.read(reader, perKey: fault.perKey).inWindow.keys)
            try await group.waitForAll()
            return ended
        }
        try await untilEqual(client, reader)
        // What comes twice may come late.
        try await Task.sleep(for: scale.settle)
        let truth = try await Truth.read(reader, perKey: fault.perKey)
        await reader.close()
        await stage.hand.close()
        return judge(client, truth, progress, ended, outcome)
    }

    private static let collectors = 4

    private func seedKeys(_ url: String) async throws {
        let hand = try RedisHand(url: url)
        let score = (Date().timeIntervalSince1970 * 1000).rounded() - 60_000
        try await hand.write(
            (0..<scale.keys).map { host in
                let sample = SampleText(host: "h\(host)", source: "seed", number: 0, score: score)
                return RESPCommand("ZADD", .string(Stage.key(host)), .double(score), .string(sample.text))
            })
        await hand.close()
    }

    private func collect(_ number: Int, _ url: String, _ progress: Progress) async throws {
        let perCollector = scale.keys / Self.collectors
        var collector = Collector(
            hosts: (0..<perCollector).map { "h\(number * perCollector + $0)" }, writing: fault.writing,
            samples: scale.samples / Self.collectors, rate: Double(scale.rate / Self.collectors),
            seed: seed &+ UInt64(number))
        let hand = try RedisHand(url: url)
        try await collector.run(hand, progress)
        await hand.close()
    }

    /// Returns when Redis is followed live and the client has its first snapshot.
    private func untilReady(_ daemon: DaemonProcess, _ client: CountingClient) async throws {
        while true {
            try Task.checkCancellation()
            let answer = try? await HTTPProbe.get("/readyz", port: daemon.port)
            if client.hasSnapshot, answer?.hasPrefix("HTTP/1.1 200") == true { return }
            guard daemon.processID != nil else { throw DaemonEnded() }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Returns when the client holds exactly what is in the sets, or when it has had time enough.
    private func untilEqual(_ client: CountingClient, _ reader: RedisHand) async throws {
        let deadline = ContinuousClock.now + scale.patience
        while ContinuousClock.now < deadline {
            let truth = try await Truth.read(reader, perKey: fault.perKey)
            client.awaitOnly(truth.inWindow.keys)
            let model = client.model
            if model.missing(from: truth).isEmpty, model.extra(to: truth).isEmpty { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func judge(
        _ client: CountingClient, _ truth: Truth, _ progress: Progress, _ ended: ContinuousClock.Instant,
        _ outcome: Outcome
    ) -> Outcome {
        var outcome = outcome
        let model = client.model
        outcome.sent = progress.sent
        outcome.inSet = truth.inWindow.count
        outcome.received = model.seen.count
        outcome.doubled = model.doubled(rescored: progress.rescored)
        outcome.missing = model.missing(from: truth).count
        outcome.extra = model.extra(to: truth).count
        outcome.resyncs = model.resyncs
        outcome.recovery = client.reachedAt.map { max(.zero, $0 - ended) }
        for id in model.missing(from: truth).sorted().prefix(5) { outcome.details.append("missing \(id)") }
        for id in model.extra(to: truth).sorted().prefix(5) {
            outcome.details.append("extra \(id) t=\(model.held[id]?.t ?? 0)")
        }
        if model.disorders > 0 { outcome.note = "\(model.disorders) out of order" }
        outcome.isFailure = outcome.missing + outcome.doubled + outcome.extra + model.disorders > 0
        return outcome
    }
}

/// The daemon did not live until Redis was followed.
struct DaemonEnded: Error {}
