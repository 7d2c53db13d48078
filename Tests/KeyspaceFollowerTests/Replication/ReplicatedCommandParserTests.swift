import RESP
import RedisClient
import Testing

@testable import KeyspaceFollower

@Suite
struct ReplicatedCommandParserTests {
    private func write(_ text: String, database: Int? = 0) -> ReplicatedWrite {
        var parser = ReplicatedCommandParser(database: 0, prefix: "sa")
        let words = text.split(separator: " ").map { Array($0.utf8) }
        return parser.write(
            of: ReplicatedCommand(StreamedCommand(words: words, streamBytes: 1), database: database, end: 1))
    }

    private func pair(_ score: Double, _ member: String) -> SortedSetCommand.Pair {
        .init(score: score, member: Array(member.utf8))
    }

    private func on(_ key: String, _ command: SortedSetCommand) -> ReplicatedWrite.KeyWrite {
        .init(key: key, command: command)
    }

    @Test func `reads ZADD in all its forms`() {
        let forms: [(String, SortedSetCommand)] = [
            ("ZADD sa:a 1 m", .add([pair(1, "m")], [])),
            ("zadd sa:a ch 1.5 m +inf n", .add([pair(1.5, "m"), pair(.infinity, "n")], [])),
            ("ZADD sa:a inf m", .add([pair(.infinity, "m")], [])),
            ("ZADD sa:a NX 1 m", .add([pair(1, "m")], .absent)),
            ("ZADD sa:a XX gt CH -1e3 m", .add([pair(-1000, "m")], [.present, .greater])),
            ("ZADD sa:a lt 1 m", .add([pair(1, "m")], .less)),
            ("ZADD sa:a INCR 1 m", .unclear),
            ("ZADD sa:a 1 m 2", .unclear),
            ("ZADD sa:a x m", .unclear),
            ("ZADD sa:a", .unclear),
        ]
        for (text, command) in forms { #expect(write(text) == .keys([on("sa:a", command)]), "\(text)") }
    }

    @Test func `reads the other writes of sorted sets`() {
        let forms: [(String, SortedSetCommand)] = [
            ("ZREM sa:a m n", .remove([Array("m".utf8), Array("n".utf8)])),
            ("ZINCRBY sa:a 2 m", .increment(member: Array("m".utf8), by: 2)),
            ("ZREMRANGEBYRANK sa:a 0 -3601", .trim(newest: 3600)),
            ("ZREMRANGEBYRANK sa:a 0 -1", .trim(newest: 0)),
            ("ZREMRANGEBYRANK sa:a 0 5", .unclear),
            ("ZREMRANGEBYRANK sa:a 1 -5", .unclear),
            ("ZREMRANGEBYSCORE sa:a -inf (5", .removeScores(.init(from: .including(-.infinity), to: .excluding(5)))),
            ("ZREMRANGEBYSCORE sa:a x 5", .unclear),
            ("ZREMRANGEBYLEX sa:a - +", .unclear),
            ("ZPOPMIN sa:a", .popLowest(1)),
            ("ZPOPMAX sa:a 3", .popHighest(3)),
        ]
        for (text, command) in forms { #expect(write(text) == .keys([on("sa:a", command)]), "\(text)") }
    }

    @Test func `knows what happens to whole keys`() {
        #expect(write("DEL other sa:a sa:b") == .keys([on("sa:a", .delete), on("sa:b", .delete)]))
        #expect(write("unlink sa:a") == .keys([on("sa:a", .delete)]))
        #expect(write("RENAME sa:a sa:b") == .keys([on("sa:a", .delete), on("sa:b", .unclear)]))
        #expect(write("RENAME sa:a other") == .keys([on("sa:a", .delete)]))
        #expect(write("COPY other sa:b DB 0", database: 4) == .keys([on("sa:b", .unclear)]))
        #expect(write("MOVE sa:b 0", database: 4) == .keys([on("sa:b", .unclear)]))
        #expect(write("RESTORE sa:b 0 xyz") == .keys([on("sa:b", .unclear)]))
        #expect(write("SET sa:b text") == .keys([on("sa:b", .unclear)]))
        #expect(write("ZUNIONSTORE sa:b 2 sa:a other") == .keys([on("sa:b", .unclear), on("sa:a", .unclear)]))
        #expect(write("FLUSHALL") == .flush)
        #expect(write("FLUSHALL", database: 3) == .flush)
        #expect(write("flushdb async") == .flush)
        #expect(write("FLUSHDB", database: 3) == .nothing)
        #expect(write("SWAPDB 0 1", database: 3) == .unclear)
        #expect(write("SWAPDB 2 1") == .nothing)
    }

    @Test func `keeps to its prefix and its database`() {
        #expect(write("ZADD other:a 1 sa:m") == .nothing)
        #expect(write("ZADD sa 1 m") == .nothing)
        #expect(write("ZADD sa:a 1 m", database: 1) == .nothing)
        #expect(write("PING") == .nothing)
        #expect(write("PEXPIREAT sa:a 17") == .nothing)
        #expect(write("MULTI") == .nothing)
        // A write of which it is not known where it went.
        #expect(write("ZADD sa:a 1 m", database: nil) == .keys([on("sa:a", .unclear)]))
        #expect(write("FLUSHDB", database: nil) == .unclear)
    }

    @Test func `looks at what it cannot read whole`() {
        var parser = ReplicatedCommandParser(database: 0, prefix: "sa")
        let words = ["ZADD", "sa:a", "1", ""].map { Array($0.utf8) }
        let long = StreamedCommand(words: words, omission: .longWords, streamBytes: 1)
        #expect(
            parser.write(of: ReplicatedCommand(long, database: 0, end: 1)) == .keys([on("sa:a", .unclear)]))
        let cut = StreamedCommand(words: words, omission: .rest, streamBytes: 1)
        #expect(parser.write(of: ReplicatedCommand(cut, database: 0, end: 1)) == .unclear)
        let binary = StreamedCommand(
            words: [Array("ZADD".utf8), Array("sa:".utf8) + [0xFF], [0x31], [0x6D]], streamBytes: 1)
        #expect(parser.write(of: ReplicatedCommand(binary, database: 0, end: 1)) == .nothing)
        #expect(parser.takeSkipped().notUTF8 == 1)
        #expect(parser.takeSkipped().notUTF8 == 0)
    }
}
