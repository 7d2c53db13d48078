import RESP
import Testing

@testable import CollectorAgent

@Suite struct PushBatchTests {
    private func batch(_ trims: [Bool]) -> PushBatch {
        PushBatch(
            items: trims.enumerated().map { index, trims in
                .init(
                    number: UInt64(index),
                    sample: WaitingSample(key: "sa:{h}:top", epochMs: 1_763_690_000_123, bytes: Array("{}".utf8)),
                    trims: trims)
            })
    }

    private func wire(_ commands: [RESPCommand]) throws -> String {
        var bytes: [UInt8] = []
        for command in commands { try command.withWireBytes { bytes.append(contentsOf: $0) } }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func error(_ code: String) -> RESPServerError { RESPServerError(code: code, message: "why") }

    @Test func `a plain sample is one ZADD, one that trims a transaction`() throws {
        let commands = batch([true, false]).commands(policy: PushPolicy())
        #expect(commands.map(\.name) == ["MULTI", "ZADD", "ZREMRANGEBYRANK", "PEXPIRE", "EXEC", "ZADD"])
        let text = try wire(commands)
        #expect(text.contains("$4\r\nZADD\r\n$10\r\nsa:{h}:top\r\n$13\r\n1763690000123\r\n$2\r\n{}\r\n"))
        #expect(text.contains("$1\r\n0\r\n$5\r\n-3601\r\n"))
        #expect(text.contains("$7\r\n7200000\r\n"))
    }

    @Test func `what lies in the future goes before the trim by rank, and may be refused`() throws {
        var batch = batch([true, false])
        batch.items[0].futureAfterMs = 1_763_690_005_123
        let commands = batch.commands(policy: PushPolicy())
        #expect(
            commands.map(\.name) == [
                "ZREMRANGEBYSCORE", "MULTI", "ZADD", "ZREMRANGEBYRANK", "PEXPIRE", "EXEC", "ZADD",
            ])
        #expect(try wire(commands).contains("$14\r\n(1763690005123\r\n$4\r\n+inf\r\n"))
        let queued = RESPValue.simple("QUEUED")
        let stored: [RESPValue] = [
            .simple("OK"), queued, queued, queued, .array([.integer(1), .integer(0), .integer(1)]), .integer(1),
        ]
        for first in [.integer(3), .error(error("NOPERM"))] as [RESPValue] {
            #expect(batch.outcomes(of: [first] + stored) == [.stored, .stored])
            #expect((batch.refusalOfFutureTrim(in: [first] + stored) != nil) == (first.error != nil))
        }
    }

    @Test func `reads what became of each sample`() {
        let queued = RESPValue.simple("QUEUED")
        let replies: [RESPValue] = [
            .simple("OK"), queued, queued, queued, .array([.integer(1), .integer(0), .integer(1)]), .integer(1),
        ]
        #expect(batch([true, false]).outcomes(of: replies) == [.stored, .stored])
        #expect(batch([true, false]).outcomes(of: Array(replies.prefix(5))) == [.stored])
    }

    @Test func `a key of another type is refused for good, anything else is tried again`() {
        #expect(batch([false]).outcomes(of: [.error(error("WRONGTYPE"))]) == [.refused(error("WRONGTYPE"))])
        for code in ["OOM", "NOPERM", "READONLY", "LOADING", "MISCONF", "ERR"] {
            #expect(batch([false]).outcomes(of: [.error(error(code))]) == [.tryAgain(error(code))])
        }
    }

    @Test func `the reason of a failed transaction is found in its replies`() {
        let queued = RESPValue.simple("QUEUED")
        let aborted: [RESPValue] = [
            .simple("OK"), .error(error("NOPERM")), queued, queued, .error(error("EXECABORT")),
        ]
        #expect(batch([true]).outcomes(of: aborted) == [.tryAgain(error("NOPERM"))])
        let inside: [RESPValue] = [
            .simple("OK"), queued, queued, queued, .array([.error(error("WRONGTYPE")), .integer(0), .integer(1)]),
        ]
        #expect(batch([true]).outcomes(of: inside) == [.refused(error("WRONGTYPE"))])
    }
}
