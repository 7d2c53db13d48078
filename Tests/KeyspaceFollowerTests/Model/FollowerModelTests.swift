import KeyspaceFollower
import RESP
import SeededRandom
import StreamAssembly
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random commands on a real Redis beside a real follower and a real assembler: at each quiet point they hold what a
/// plain reading of the sets gives.
@Suite(.timeLimit(.minutes(10))) struct FollowerModelTests {
    /// With `MODEL_SEEDS=FIRST` in the environment four seeds more, from that on: for long runs by hand.
    private static let runs: [Run] = {
        let first = getenv("MODEL_SEEDS").flatMap { UInt64(String(cString: $0)) }
        let more = first.map { first in
            (0..<4).map { Run(seed: first + $0, isUnruly: $0 % 2 == 0, perKey: $0 < 2 ? whole : deep) }
        }
        return [
            Run(seed: 1, isUnruly: true, perKey: whole), Run(seed: 2, isUnruly: false, perKey: whole),
            Run(seed: 3, isUnruly: true, perKey: deep),
        ] + (more ?? [])
    }()

    struct Run: Sendable {
        let seed: UInt64
        let isUnruly: Bool
        let perKey: Int

        /// What falls out of the window may come back to it.
        var isDeep: Bool { perKey == FollowerModelTests.deep }
    }

    /// More members than a set ever has, and far fewer than most have.
    private static let (whole, deep) = (5000, 25)

    /// More than 100,000 commands in all.
    @Test(arguments: FollowMode.allCases, runs)
    func `holds what the sets hold, whatever happens to them`(
        mode: FollowMode, run: Run
    ) async throws {
        let arguments = ["--repl-diskless-sync-delay", "0", "--enable-debug-command", "yes"]
        try await RedisServerProcess.running(FollowMode.restrictedUser + arguments) { server in
            var writer = try Writer(server, acceptsErrors: true)
            let user = mode == .polling ? "restricted:restricted@" : ""
            try await FollowerObserver.running(server.unixURL.replacing("unix://", with: "unix://\(user)")) {
                $0.preference = mode == .replication ? .replication : .notifications
                $0.perKey = run.perKey
            } _: { observer in
                try await observer.untilLive()
                var commands = RandomCommands(seed: run.seed, isUnruly: run.isUnruly)
                var written = 0
                // Those that their key lost at its bottom and took back from another are none.
                var doublesSeen = 0
                while written < (run.isDeep ? 13_000 : 26_000) {
                    let section = commands.section()
                    written += section.commands.count
                    try await writer.write(section.commands)
                    let differences = try await observer.untilEqual(&writer, trimmed: section.trimmed)
                    try #require(differences == [], "seed \(run.seed), after \(written) commands")
                    let doubled = observer.doubled.dropFirst(doublesSeen).filter { member in
                        let holders = observer.held.keys.filter { observer.members($0).contains(member) }
                        return !run.isDeep && !holders.isEmpty && section.filled.isDisjoint(with: holders)
                    }
                    doublesSeen = observer.doubled.count
                    try #require(doubled == [], "seed \(run.seed), after \(written) commands")
                }
            }
        }
    }
}
