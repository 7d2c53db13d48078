internal import Logging
internal import NIOCore
internal import Probes
internal import RESP
package import RedisClient

/// One Redis that gets samples. Each sample is sent when it is taken. Samples that cannot be sent wait, and go later,
/// in order, between live samples.
///
/// Lives on the event loop of its connection.
package actor RedisTarget {
    package nonisolated let unownedExecutor: UnownedSerialExecutor
    package nonisolated let endpoint: RedisEndpoint
    private let redis: RedisConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let clock: @Sendable () -> ClockReading
    private let waiting: WaitingQueue
    private var delivery: Delivery
    private var live: [PushBatch.Item] = []
    /// Rings when the connection cannot be used any more.
    private var bell = Bell()
    private var connection: RedisConnection?
    private let stops: AsyncStream<Void>
    private let stopped: AsyncStream<Void>.Continuation
    private var failure: RedisError?
    private var isStopping = false
    private var reports = TargetReports()

    init(
        _ redis: RedisConfiguration, policy: PushPolicy, spool: (@Sendable () throws(SpoolError) -> Spool)?,
        eventLoop: any EventLoop, logger: Logger,
        clock: @escaping @Sendable () -> ClockReading = ClockReading.now
    ) {
        self.redis = redis
        endpoint = redis.endpoint
        self.eventLoop = eventLoop
        unownedExecutor = eventLoop.executor.asUnownedSerialExecutor()
        var logger = logger
        logger[metadataKey: "redis"] = "\(redis.endpoint)"
        self.logger = logger
        self.clock = clock
        let now = clock()
        waiting = WaitingQueue(
            limits: policy.waiting, openSpool: spool, nowNs: now.bootNs, nowEpochMs: now.epochMs)
        delivery = Delivery(policy: policy)
        (stops, stopped) = AsyncStream.makeStream()
    }

    /// Changes what is kept from now on, in Redis and here.
    func apply(_ policy: PushPolicy) {
        delivery.policy = policy
        waiting.limits = policy.waiting
    }

    package var progress: TargetProgress {
        TargetProgress(
            waiting: waiting.count + delivery.unanswered, stored: delivery.stored, dropped: delivery.dropped,
            refused: delivery.refused)
    }

    /// Sends samples, each with its key, or keeps them.
    func take(_ samples: [(key: String, sample: OpenSample)]) {
        let now = clock()
        for (key, sample) in samples {
            switch delivery.take(sample, key: key, nowNs: now.bootNs) {
            case .send(let item): live.append(item)
            case .keep(let samples): keep(samples)
            }
        }
        waiting.tend(nowNs: now.bootNs, nowEpochMs: now.epochMs)
        noteState()
        sendAll()
    }

    /// Runs until it is cancelled, or until ``stop()`` was called and the waiting samples are sent, which takes at most
    /// two seconds.
    func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.follow() }
            tasks.addTask { await self.untilStopped() }
            await tasks.next()
            tasks.cancelAll()
            bell.ring()
        }
        keep(delivery.disconnected())
        noteState()
        waiting.close()
        logger.targetEnded(progress)
    }

    func stop() {
        isStopping = true
        stopped.finish()
        sendAll()
    }

    private func untilStopped() async {
        for await _ in stops {}
        if delivery.isConnected, !Task.isCancelled { try? await Task.sleep(for: .seconds(2)) }
    }

    private func follow() async {
        let connector = RedisConnector(
            configuration: redis, eventLoop: eventLoop, logger: logger, warnsOfAbsence: false)
        await connector.run { state in
            if case .backingOff(let reason, _) = state, reports.isAway(reason) {
                logger.redisAway(reason, waiting: waiting.count)
            }
        } body: { connection in
            try await serve(connection)
        }
    }

    private func serve(_ connection: RedisConnection) async throws {
        if Task.isCancelled { return }
        self.connection = connection
        bell = Bell()
        delivery.connected()
        defer {
            self.connection = nil
            failure = nil
            live.removeAll()
            keep(delivery.disconnected())
        }
        connection.closeFuture.whenComplete { _ in self.assumeIsolated { $0.breakOff() } }
        sendAll()
        await withCheckedContinuation { bell.wait($0) }
        if !isStopping { throw failure ?? RedisError(.closed, "the connection ended") }
    }

    /// Sends what there is to send. Only samples and answers cause a call, so that no task and no other thread has to
    /// wake up.
    private func sendAll() {
        guard let connection else { return }
        if isStopping, waiting.count == 0, delivery.unanswered == 0 { return bell.ring() }
        if !live.isEmpty {
            let batch = PushBatch(items: live)
            live.removeAll(keepingCapacity: true)
            send(batch, over: connection) { target, outcomes in
                target.delivery.finish(batch, outcomes: outcomes)
            }
        }
        guard let bytes = delivery.keptBytesToSend(nowNs: clock().bootNs), waiting.count > 0 else { return }
        let samples = waiting.first(bytes: bytes)
        noteState()
        guard !samples.isEmpty else { return }
        let batch = delivery.sendKept(samples)
        let began = clock().bootNs
        // They stay in the queue until they are answered. Some may be dropped for newer ones in the meantime.
        let before = waiting.removed
        send(batch, over: connection) { target, outcomes in
            let done = target.delivery.finishKept(
                batch, outcomes: outcomes, startedNs: began, nowNs: target.clock().bootNs)
            let gone = Int(clamping: target.waiting.removed - before)
            if done > gone { target.waiting.removeFirst(done - gone) }
            if target.waiting.count == 0 { target.logger.caughtUp() }
        }
    }

    /// `onOutcomes` is called on the event loop. A failure ends the connection.
    private func send(
        _ batch: PushBatch, over connection: RedisConnection,
        onOutcomes: @escaping @Sendable (isolated RedisTarget, [PushOutcome]) -> Void
    ) {
        connection.pipeline(batch.commands(policy: delivery.policy)) { replies in
            self.assumeIsolated { target in
                do throws(RedisError) {
                    let replies = try replies.get()
                    let outcomes = batch.outcomes(of: replies)
                    if let refusal = batch.refusalOfFutureTrim(in: replies) {
                        target.delivery.doNotTrimFuture()
                        if target.reports.isNewFutureRefusal() { target.logger.keepsFuture(refusal.description) }
                    }
                    onOutcomes(target, outcomes)
                    try target.note(batch, outcomes)
                    target.sendAll()
                } catch {
                    if target.failure == nil { target.failure = error }
                    target.breakOff()
                }
            }
        }
    }

    /// The connection cannot be used any more.
    private func breakOff() {
        connection = nil
        bell.ring()
    }

    private func note(_ batch: PushBatch, _ outcomes: [PushOutcome]) throws(RedisError) {
        for (item, outcome) in zip(batch.items, outcomes) {
            switch outcome {
            // A connection is not enough: a full server still accepts connections.
            case .stored:
                if reports.takes() { logger.pushing(waiting: waiting.count) }
                if reports.isNoLongerRefused(item.sample.key) { logger.taken(key: item.sample.key) }
            case .refused(let error):
                if reports.isNewRefusal(of: item.sample.key) {
                    logger.refused(key: item.sample.key, error.description)
                }
            case .tryAgain(let error): throw RedisError(error, to: "ZADD")
            }
        }
    }

    private func keep(_ samples: [WaitingSample]) {
        guard !samples.isEmpty else { return }
        let now = clock()
        waiting.append(samples, nowNs: now.bootNs, nowEpochMs: now.epochMs)
    }

    private func noteState() {
        let losses = waiting.takeLosses()
        for sample in losses.samples { delivery.lose(sample) }
        if let error = losses.unreadable.first { logger.spoolUnreadable(error, places: losses.unreadable.count) }
        delivery.lose(unreadable: losses.unreadable.count)
        if reports.hasNewLosses(delivery.dropped, nowNs: clock().bootNs) { logger.dropped(delivery.dropped) }
        if reports.isNew(waiting.spoolFailure) {
            if let failure = waiting.spoolFailure { logger.spoolFails(failure) } else { logger.spoolWorks() }
        }
    }
}

/// The progress of the samples for one Redis.
package struct TargetProgress: Sendable, Equatable {
    /// Not confirmed by Redis yet.
    package var waiting: Int
    package var stored: UInt64
    /// Dropped for newer ones while Redis was away.
    package var dropped: UInt64
    /// Redis will never take them.
    package var refused: UInt64
}

/// One task of an actor waits here until another rings. If nobody is waiting yet, the ring is kept.
///
/// An `AsyncStream` would wake up another thread for each element.
struct Bell {
    private var waiter: CheckedContinuation<Void, Never>?
    private var hasRung = false

    mutating func wait(_ continuation: CheckedContinuation<Void, Never>) {
        if hasRung {
            hasRung = false
            continuation.resume()
        } else {
            waiter = continuation
        }
    }

    mutating func ring() {
        guard let waiter else {
            hasRung = true
            return
        }
        self.waiter = nil
        waiter.resume()
    }
}
