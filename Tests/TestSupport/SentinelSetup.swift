/// A master, a replica of it and three sentinels that have found each other and both servers.
package struct SentinelSetup: Sendable {
    package let master: RedisServerProcess
    package let replica: RedisServerProcess
    package let sentinels: [SentinelProcess]

    /// Names the first two sentinels only: the third is to be learned of.
    package var url: String {
        "redis+sentinel://" + sentinels.prefix(2).map { "127.0.0.1:\($0.port)" }.joined(separator: ",") + "/main"
    }

    package static func running(
        _ arguments: [String] = [], sentinel lines: [String] = [], _ body: (SentinelSetup) async throws -> Void
    ) async throws {
        let all = arguments + ["--repl-diskless-sync-delay", "0", "--repl-timeout", "5"]
        try await RedisServerProcess.running(all, tcp: true) { master in
            guard let port = master.port else { throw RedisServerFailure(output: "no port") }
            try await RedisServerProcess.running(all + ["--replicaof", "127.0.0.1", "\(port)"], tcp: true) { replica in
                var sentinels: [SentinelProcess] = []
                do {
                    for _ in 0..<3 { sentinels.append(try await .start(watching: port, lines: lines)) }
                    let setup = SentinelSetup(master: master, replica: replica, sentinels: sentinels)
                    try await setup.untilComplete()
                    try await body(setup)
                    for sentinel in sentinels { await sentinel.stop() }
                } catch {
                    for sentinel in sentinels { await sentinel.stop() }
                    throw error
                }
            }
        }
    }

    /// Until every sentinel knows the two others and the replica, and that has the master's data.
    private func untilComplete() async throws {
        for sentinel in sentinels {
            while true {
                try Task.checkCancellation()
                let words = try await sentinel.cli("SENTINEL", "MASTER", "main").split(separator: "\n")
                func value(_ name: String) -> Substring? {
                    words.firstIndex(of: Substring(name)).flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
                }
                if value("num-other-sentinels") == "2", value("num-slaves") == "1", value("flags") == "master" { break }
            }
        }
        while try await !replica.cli("INFO", "replication").contains("master_link_status:up") {
            try Task.checkCancellation()
        }
    }
}
