import CollectorAgent
import Glibc
import JSONBytes
import Logging
import NIOPosix
import Probes
import RESP
import RedisClient
import TestSupport
import Testing

/// Redis is there and takes nothing: the log says why, once for each trouble, the samples wait, and go by themselves
/// when it is over.
@Suite(.timeLimit(.minutes(10))) struct RedisTroubleTests {
    private static let away = "Redis takes no samples, they wait"

    /// Brings a trouble about, waits until samples wait and `word` was told as the reason, and mends it.
    private func weather(
        _ word: String, _ collector: Collector, _ log: LogRecorder, begin: () async throws -> Void,
        end: () async throws -> Void
    ) async throws {
        let before = reasons(log).count
        try await begin()
        try await CollectorStage.until { reasons(log).dropFirst(before).contains { $0.contains(word) } }
        try await CollectorStage.until(collector) { $0.waiting >= 5 }
        #expect(reasons(log).dropFirst(before).count { $0.contains(word) } == 1)
        try await end()
        let stored = await collector.progress[0].stored
        try await CollectorStage.until(collector) { $0.waiting == 0 && $0.stored >= stored + 6 }
    }

    private func reasons(_ log: LogRecorder) -> [String] { log.entries(of: Self.away).compactMap { $0["reason"] } }

    private func expectComplete(_ server: RedisServerProcess) async throws {
        let sequence = CollectorStage.sequence(try await CollectorStage.samples(server))
        #expect(sequence == Array(sequence.indices))
    }

    private func bgsave(_ server: RedisServerProcess, until status: String) async throws {
        _ = try await server.cli("BGSAVE")
        try await CollectorStage.until {
            try await server.cli("INFO", "persistence").contains("rdb_last_bgsave_status:\(status)")
        }
    }

    @Test(arguments: [false, true])
    func `memory that is full, a save that fails, a replica, one after the other`(hasSpool: Bool) async throws {
        try await ScratchFolder.with { folder in
            try await RedisServerProcess.running { server in
                let log = LogRecorder()
                var configuration = try CollectorStage.configuration(server, patience: .seconds(60))
                if hasSpool { configuration.spool = folder }
                try await CollectorStage.collecting(configuration, log: log) { collector in
                    try await CollectorStage.until(collector) { $0.stored >= 3 }
                    try await weather("OOM", collector, log) {
                        _ = try await server.cli("CONFIG", "SET", "maxmemory", "1")
                    } end: {
                        _ = try await server.cli("CONFIG", "SET", "maxmemory", "0")
                    }
                    // A folder in place of the file: the save fails whoever runs it.
                    let dump = "\(server.folder)/dump.rdb"
                    try await weather("MISCONF", collector, log) {
                        mkdir(dump, 0o700)
                        _ = try await server.cli("CONFIG", "SET", "save", "3600 1")
                        try await bgsave(server, until: "err")
                    } end: {
                        rmdir(dump)
                        try await bgsave(server, until: "ok")
                    }
                    try await weather("READONLY", collector, log) {
                        _ = try await server.cli("REPLICAOF", "127.0.0.1", "1")
                    } end: {
                        _ = try await server.cli("REPLICAOF", "NO", "ONE")
                    }
                }
                try await expectComplete(server)
            }
        }
    }

    @Test func `a password that is changed while it runs, and a server that is full of clients`() async throws {
        try await RedisServerProcess.running { server in
            let log = LogRecorder()
            let configuration = try CollectorStage.configuration(server, patience: .seconds(60))
            let hand = try await RedisConnector.connect(
                configuration.redisConfiguration(configuration.redis),
                on: MultiThreadedEventLoopGroup.singleton.next(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await CollectorStage.collecting(configuration, log: log) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 3 }
                try await weather("NOAUTH", collector, log) {
                    _ = try await hand.send(RESPCommand("CONFIG", "SET", "requirepass", "new"))
                    // Who is in stays in.
                    _ = try await hand.send(RESPCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                } end: {
                    _ = try await hand.send(RESPCommand("CONFIG", "SET", "requirepass", ""))
                }
                try await weather("max number of clients", collector, log) {
                    _ = try await hand.send(RESPCommand("CONFIG", "SET", "maxclients", "1"))
                    _ = try await hand.send(RESPCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                } end: {
                    _ = try await hand.send(RESPCommand("CONFIG", "SET", "maxclients", "1000"))
                }
            }
            await hand.close()
            try await expectComplete(server)
        }
    }

    @Test func `a key of another type is told, and told to be mended`() async throws {
        try await RedisServerProcess.running { server in
            let log = LogRecorder()
            let configuration = try CollectorStage.configuration(server, patience: .seconds(60))
            try await CollectorStage.collecting(configuration, log: log) { collector in
                try await CollectorStage.until(collector) { $0.stored >= 3 }
                for round in 1...2 {
                    let refused = await collector.progress[0].refused
                    _ = try await server.cli("SET", "sa:{web-1}:netstat", "x")
                    try await CollectorStage.until(collector) { $0.refused >= refused + 3 }
                    let told = log.entries(of: "Redis refuses the samples of a key, they are lost")
                    #expect(told.count == round)
                    #expect(told.allSatisfy { $0["reason"]?.contains("WRONGTYPE") == true })
                    _ = try await server.cli("DEL", "sa:{web-1}:netstat")
                    try await CollectorStage.until {
                        log.entries(of: "Redis takes the samples of a key again").count == round
                    }
                }
                let samples = try await CollectorStage.samples(server)
                #expect(samples.contains { ($0["lost"]?.number ?? 0) >= 3 })
            }
            #expect(reasons(log).isEmpty)
        }
    }
}
