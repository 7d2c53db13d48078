internal import Logging
internal import NIOCore
internal import Synchronization

/// Asks the sentinels for the master and listens to them. When they name another, the connection to the old one is
/// ended at once.
///
/// A message of one sentinel is only a reason to ask them all: the newest epoch decides.
final class MasterWatch: Sendable {
    private struct State {
        var roster: SentinelRoster
        var pointer = MasterPointer()
        var connection: RedisConnection?
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextID: UInt64 = 0
    }

    /// How often they are asked without a message: messages may be lost.
    private static let askAgain = TimeAmount.seconds(10)
    /// When they are asked after a message: the others learn of a failover within seconds from the one that did it.
    private static let askAfterMessage: [TimeAmount] = [.zero, .seconds(1), .seconds(3)]

    private let group: SentinelGroup
    private let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let state: Mutex<State>

    init(
        _ group: SentinelGroup, _ configuration: RedisConfiguration, on eventLoop: any EventLoop, logger: Logger
    ) {
        self.group = group
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        state = Mutex(State(roster: SentinelRoster(group)))
    }

    // MARK: - Asking

    /// The master that the sentinels name now. All are asked at the same time.
    func ask() async throws(RedisError) -> RedisHost {
        let hosts = state.withLock(\.roster.hosts)
        let answers = await withTaskGroup(of: (Int, Result<SentinelWord, RedisError>).self) { tasks in
            for (index, host) in hosts.enumerated() {
                tasks.addTask { (index, await self.ask(host)) }
            }
            var answers: [(Int, Result<SentinelWord, RedisError>)] = []
            for await answer in tasks { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map { (hosts[$0.0], $0.1) }
        }
        if Task.isCancelled { throw RedisError(.cancelled, "asking the sentinels was cancelled") }
        switch state.withLock({ $0.roster.heard(answers) }) {
        case .master(let host): return host
        case .none(let error): throw RedisError(error.code, "\(configuration.endpoint): \(error)", underlying: error)
        }
    }

    private func ask(_ host: RedisHost) async -> Result<SentinelWord, RedisError> {
        do throws(RedisError) {
            let configuration = try sentinelConfiguration(host).withCurrentPassword()
            let connection = try await RedisConnection.dial(configuration, on: eventLoop, logger: logger)
            defer { connection.drop(RedisError(.closed, "the connection was closed")) }
            return .success(try await SentinelWord(connection.pipeline(SentinelWord.commands(master: group.master))))
        } catch {
            return .failure(error)
        }
    }

    private func sentinelConfiguration(_ host: RedisHost) -> RedisConfiguration {
        var result = configuration
        result.endpoint = RedisEndpoint(
            address: .tcp(host: host.host, port: host.port), username: configuration.sentinel.username,
            usesTLS: configuration.endpoint.usesTLS)
        result.passwordFile = configuration.sentinel.passwordFile
        // One may have been on the machine that died. It must not use up the time for the server itself.
        result.connectTimeout = configuration.connectTimeout / 5
        result.requestTimeout = configuration.connectTimeout / 5
        return result
    }

    // MARK: - The connection that depends on it

    /// A connection to this host is being made: it is given up when the sentinels name another one.
    func attempting(_ host: RedisHost) {
        state.withLock { $0.pointer.attempting(host) }
    }

    /// Ends the connection when the sentinels name another master.
    func follow(_ connection: RedisConnection) {
        let isSwitched = state.withLock { state in
            state.connection = connection
            return state.pointer.isSwitched
        }
        if isSwitched { connection.drop(Self.switched) }
    }

    private static let switched = RedisError(.notMaster, "the sentinels named another master")

    private func compare() async {
        guard let named = try? await ask() else { return }
        let (isNew, connection, waiting) = state.withLock { state in
            guard state.pointer.named(named) else {
                return (false, RedisConnection?.none, [CheckedContinuation<Void, Never>]())
            }
            defer { (state.connection, state.waiting) = (nil, [:]) }
            return (true, state.connection, Array(state.waiting.values))
        }
        guard isNew else { return }
        logger.redisMasterChanged(group.master, to: named)
        connection?.drop(Self.switched)
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the sentinels name another master than the one that was tried last, or when the task is cancelled.
    func untilSwitched() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.pointer.isSwitched || Task.isCancelled { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }

    /// Sleeps, at most until the sentinels name another master.
    func sleep(for wait: Duration, _ clock: any Clock<Duration>) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await clock.sleep(for: wait) }
            tasks.addTask { await self.untilSwitched() }
            await tasks.next()
            tasks.cancelAll()
        }
        _ = state.withLock { $0.pointer.takeSwitch() }
    }

    // MARK: - Listening

    /// Listens to one sentinel after the other until the task is cancelled.
    func listen() async {
        var backoff = configuration.backoff
        var generator = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            for host in state.withLock(\.roster.hosts) where !Task.isCancelled {
                do throws(RedisError) {
                    try await listen(to: host)
                    backoff.reset()
                } catch {
                    logger.sentinelNotHeard(host, error)
                }
            }
            try? await Task.sleep(for: backoff.next(using: &generator))
        }
    }

    private func listen(to host: RedisHost) async throws(RedisError) {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let (eventLoop, master) = (eventLoop, group.master)
        let subscription = try await RedisSubscription.connect(
            sentinelConfiguration(host), patterns: ["+switch-master"], on: eventLoop, logger: logger
        ) { _, payload in
            guard String(decoding: payload, as: UTF8.self).hasPrefix("\(master) ") else { return }
            for delay in Self.askAfterMessage { eventLoop.scheduleTask(in: delay) { wake.yield() } }
        }
        subscription.closeFuture.whenComplete { _ in wake.finish() }
        let repeating = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.askAgain) { _ in wake.yield() }
        // The first comparison is for messages that came before we listened.
        for await _ in wakes { await compare() }
        repeating.cancel()
        await subscription.close()
    }
}

/// The server that the sentinels named, and whether they have named another one since.
struct MasterPointer: Equatable {
    private(set) var followed: RedisHost?
    /// The sentinels named another one, and nobody has reacted yet.
    private(set) var isSwitched = false

    /// A connection to this server is being made. That is the reaction to all that the sentinels said before.
    mutating func attempting(_ host: RedisHost) {
        (followed, isSwitched) = (host, false)
    }

    /// What the sentinels say now. True where it is a change.
    mutating func named(_ host: RedisHost) -> Bool {
        guard let followed, followed != host else { return false }
        self.followed = host
        isSwitched = true
        return true
    }

    /// Whether there was a change; false when it is asked again.
    mutating func takeSwitch() -> Bool {
        defer { isSwitched = false }
        return isSwitched
    }
}
