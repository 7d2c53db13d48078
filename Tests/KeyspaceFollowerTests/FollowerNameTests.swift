import RESP
import TestSupport
import Testing

@testable import KeyspaceFollower

/// Keys that are not followed for their names.
@Suite(.timeLimit(.minutes(3))) struct FollowerNameTests {
    private let key = "sa:{web-1}:top"

    /// A name of so many bytes.
    private func name(_ bytes: Int, _ start: String = "sa:{web-1}:") -> String {
        start + String(repeating: "n", count: bytes - start.utf8.count)
    }

    @Test(arguments: [FollowPreference.notifications, .replication])
    func `does not follow a key whose name is too long, however it learns of it`(
        _ preference: FollowPreference
    ) async throws {
        try await RedisServerProcess.running(["--repl-diskless-sync-delay", "0"]) { server in
            var writer = try Writer(server)
            let longest = name(SkippedNames.longest)
            let tooLong = [name(SkippedNames.longest + 1), name(1 << 20, "sa:"), name(100_000, "sa:{")]
            // The first is found by a search, the others are told.
            try await writer.add(tooLong[0], 1, "found")
            try await writer.add(longest, 1, "longest")
            let log = LogRecorder()
            try await FollowerObserver.running(server.unixURL, logger: log.logger) {
                $0.preference = preference
            } _: { observer in
                try await observer.untilLive()
                for name in tooLong { try await writer.add(name, 2, "told") }
                try await writer.add(key, 1, "one")
                try await observer.untilHeld([key: ["one"]])
                try await writer.write(RESPCommand("RENAME", .string(key), .string(tooLong[1])))
                try await observer.until { $0.goneKeys == [self.key] }
                try await writer.write(RESPCommand("RENAME", .string(tooLong[1]), .string(key)))
                try await writer.add(key, 2, "last")
                try await observer.untilHeld([key: ["one", "last"], longest: ["longest"]])

                #expect(Set(observer.held.keys) == [key, longest])
                #expect(await Set(observer.belief.keys) == [key, longest])
                #expect(await observer.statistics.longNames >= 2)
                let lines = log.entries(
                    of: "a key under the prefix has a name longer than 512 bytes and is skipped")
                #expect(lines.count == 1)
                #expect(lines.allSatisfy { ($0["key"]?.utf8.count ?? 0) < 100 })
            }
        }
    }

    @Test func `takes a name of 512 bytes, and counts what is longer or not UTF-8`() {
        var skipped = SkippedNames()
        let longest = [UInt8](repeating: 0x61, count: 512)
        #expect(skipped.followed(longest[...]) == String(repeating: "a", count: 512))
        #expect(skipped.followed((longest + [0x61])[...]) == nil)
        #expect(skipped.followed([0x61, 0xFF]) == nil)
        #expect(skipped.tooLong == 1 && skipped.notUTF8 == 1)
        #expect(skipped.excerpt == String(repeating: "a", count: 80) + "…")
        var all = SkippedNames()
        all.take(skipped)
        all.take(SkippedNames())
        #expect(all.tooLong == 1 && all.notUTF8 == 1 && all.excerpt == skipped.excerpt)
    }
}
