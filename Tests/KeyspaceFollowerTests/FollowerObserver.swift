import Logging
import NIOCore
import NIOPosix
import RESP
import RedisClient
import StreamAssembly
import TestSupport

@testable import KeyspaceFollower

/// A follower of a real server, and what a client that listens to it holds.
final class FollowerObserver {
    enum Fact: Sendable {
        /// Time has passed.
        case tick
        /// All before it has happened before it was asked for.
        case mark(Int)
        case changes([Change])
        case status(FollowerStatus)
    }

    private var facts: AsyncStream<Fact>.Iterator
    private let mark: @Sendable (Int) -> Void
    private var lastMark = 0
    private let follower: KeyspaceFollower
    private let assembler: StreamAssembler
    /// How many of the newest members of a key are followed.
    let perKey: Int
    private(set) var held: [String: [RowID: String]] = [:]
    /// Members emitted more than once without their key having gone in between.
    private(set) var doubled: [String] = []
    private(set) var goneKeys: [String] = []
    private(set) var passedOver: [String: Int] = [:]
    private(set) var gaps: [String] = []
    private(set) var status: FollowerStatus?

    private init(
        _ facts: AsyncStream<Fact>, mark: @escaping @Sendable (Int) -> Void, _ follower: KeyspaceFollower,
        _ assembler: StreamAssembler, perKey: Int
    ) {
        self.perKey = perKey
        self.mark = mark
        self.facts = facts.makeAsyncIterator()
        self.follower = follower
        self.assembler = assembler
    }

    static let eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    static func redis(_ url: String) throws -> RedisConfiguration {
        var redis = RedisConfiguration(endpoint: try RedisEndpoint(url: url))
        redis.backoff = Backoff(initial: .milliseconds(5), maximum: .milliseconds(20))
        (redis.pingInterval, redis.pingDeadline) = (.milliseconds(100), .milliseconds(200))
        return redis
    }

    /// Runs `body` beside a follower with short intervals.
    static func running(
        _ url: String, logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        adjust: (inout FollowerConfiguration) -> Void = { _ in },
        _ body: (FollowerObserver) async throws -> Void
    ) async throws {
        var configuration = FollowerConfiguration(
            redis: try redis(url), pollInterval: .milliseconds(20), reconcileInterval: .milliseconds(100),
            scanInterval: .milliseconds(150))
        adjust(&configuration)
        let (facts, continuation) = AsyncStream<Fact>.makeStream()
        var assembly = StreamAssembler.Configuration()
        assembly.maxSkewMs = .infinity
        let limits = assembly.limits
        assembly.limits = try WindowLimits(
            samples: limits.samples, bytes: limits.bytes, ageMs: limits.ageMs, perKey: configuration.perKey)
        let assembler = StreamAssembler(configuration: assembly, executor: eventLoop.executor)
        let follower = KeyspaceFollower(
            configuration, eventLoop: eventLoop, logger: logger,
            onChanges: { changes in
                continuation.yield(.changes(changes))
                return assembler.assumeIsolated { assembler in
                    _ = assembler.apply(changes, now: 0)
                    return assembler.takeKeysToRead()
                }
            }, onStatus: { continuation.yield(.status($0)) })
        let running = Task { try await follower.run() }
        let ticks = eventLoop.scheduleRepeatedTask(initialDelay: .milliseconds(20), delay: .milliseconds(20)) { _ in
            continuation.yield(.tick)
        }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await body(
                    FollowerObserver(
                        facts, mark: { continuation.yield(.mark($0)) }, follower, assembler,
                        perKey: configuration.perKey)))
        } catch {
            outcome = .failure(error)
        }
        ticks.cancel()
        running.cancel()
        try await running.value
        try outcome.get()
    }

    var statistics: FollowerStatistics { get async { await follower.statistics } }

    func members(_ key: String) -> Set<String> { Set((held[key] ?? [:]).values) }

    /// What the follower believes to stand in the sets.
    var belief: [String: [RowID]] { get async { await follower.schedule.cursors.mapValues(\.window.items) } }

    /// What a window holds that took all changes.
    var window: [Sample] {
        get async { await assembler.snapshot(Selection(hosts: [], probes: [], depth: .max)).samples }
    }

    /// Takes the next fact, waiting for it.
    @discardableResult
    func nextFact() async throws -> Fact {
        guard let fact = await facts.next(isolation: #isolation) else { throw CancellationError() }
        take(fact)
        return fact
    }

    /// Takes all that has happened until now.
    func catchUp() async throws {
        let number = lastMark + 1
        mark(number)
        while lastMark < number { try await nextFact() }
    }

    func untilTick() async throws {
        while true { if case .tick = try await nextFact() { return } }
    }

    /// Lets go what clients let go by age.
    func forget(_ isForgotten: (_ key: String, _ id: RowID) -> Bool) {
        for (key, rows) in held { held[key] = rows.filter { !isForgotten(key, $0.key) } }
    }

    /// Reads facts until `isReached`; the time limit of the test is the only other end.
    func until(_ isReached: (FollowerObserver) -> Bool) async throws {
        while !isReached(self) {
            try await nextFact()
        }
    }

    /// What the follower believes of a key once everything that it was told of is read.
    func settledWindow(of key: String) async throws -> KeyWindow? {
        while await follower.keysBeingRead > 0 {
            try Task.checkCancellation()
            await Task.yield()
        }
        return await follower.schedule.cursors[key]?.window
    }

    func untilLive() async throws {
        try await until { if case .live = $0.status { true } else { false } }
    }

    func untilBackingOff() async throws {
        try await until { if case .backingOff = $0.status { true } else { false } }
    }

    func untilBackingOff(because text: String) async throws {
        try await until { observer in
            if case .backingOff(let reason, _) = observer.status { reason.message.contains(text) } else { false }
        }
    }

    /// Until everything that stands in the sets is held.
    func untilHeld(_ truth: [String: Set<String>]) async throws {
        try await until { observer in truth.allSatisfy { $1.isSubset(of: observer.members($0)) } }
    }

    private func take(_ fact: Fact) {
        switch fact {
        case .tick: break
        case .mark(let number): lastMark = number
        case .status(let new): status = new
        case .changes(let changes): for change in changes { take(change) }
        }
    }

    private func take(_ change: Change) {
        switch change {
        case .added(let key, let rows):
            for row in rows {
                let member = String(decoding: row.member, as: UTF8.self)
                let id = RowID(score: row.score, memberHash: row.memberHash)
                if held[key, default: [:]].updateValue(member, forKey: id) != nil { doubled.append(member) }
            }
        case .removed(let key, let rows):
            for row in rows { held[key]?[row] = nil }
        // Whoever listens lets those go by age, and knows these.
        case .trimmed, .again: break
        case .gone(let key):
            held[key] = nil
            goneKeys.append(key)
        case .gap(let key, let rows):
            gaps.append(key)
            for row in rows {
                let id = RowID(score: row.score, memberHash: row.memberHash)
                held[key, default: [:]][id] = String(decoding: row.member, as: UTF8.self)
            }
        case .passedOver(let key, let count): passedOver[key, default: 0] += count
        }
    }
}

extension KeyspaceFollower {
    /// How many keys are known only up to a read that is still to come.
    fileprivate var keysBeingRead: Int { following.stream?.ledger.standings.values.count { $0.isReading } ?? 0 }
}
