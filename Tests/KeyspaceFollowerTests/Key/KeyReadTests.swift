import RESP
import StreamAssembly
import Testing

@testable import KeyspaceFollower

@Suite struct KeyReadTests {
    @Test(arguments: [
        (KeyRead.cardinality, RESPCommand("ZCARD", "k")),
        (.newest(limit: 600), RESPCommand("ZREVRANGEBYSCORE", "k", "+inf", "-inf", "WITHSCORES", "LIMIT", 0, 600)),
        (
            .newest(below: .including(7), offset: 2, limit: 5),
            RESPCommand("ZREVRANGEBYSCORE", "k", "7.0", "-inf", "WITHSCORES", "LIMIT", 2, 5)
        ),
        (.count(ScoreRange(from: .unbounded, to: .excluding(1.5))), RESPCommand("ZCOUNT", "k", "-inf", "(1.5")),
        (
            .count(ScoreRange(from: .including(1_763_690_000_123), to: .including(.infinity))),
            RESPCommand("ZCOUNT", "k", "1763690000123.0", "inf")
        ),
        (
            .highest(ScoreRange(from: .excluding(2), to: .unbounded), limit: 9),
            RESPCommand("ZREVRANGEBYSCORE", "k", "+inf", "(2.0", "WITHSCORES", "LIMIT", 0, 9)
        ),
    ])
    func `is written as Redis wants it`(read: KeyRead, command: RESPCommand) throws {
        #expect(try bytes(read.command(key: "k")) == bytes(command))
    }

    @Test func `turns rows into ascending order`() {
        let reply = RESPValue.array([.bulk([2]), .bulk(Array("20".utf8)), .bulk([1]), .bulk(Array("-inf".utf8))])
        let rows = [
            Row(score: -.infinity, member: [1], memberHash: MemberHash.hash([1])),
            Row(score: 20, member: [2], memberHash: MemberHash.hash([2])),
        ]
        #expect(KeyRead.newest(limit: 5).answer(reply) == .rows(rows))
    }

    @Test(arguments: [
        (KeyRead.cardinality, RESPValue.integer(7), KeyAnswer.count(7)),
        (.cardinality, .error(RESPServerError(parsing: "WRONGTYPE no")), .wrongType),
        (.cardinality, .error(RESPServerError(parsing: "LOADING x")), .refused(code: "LOADING", message: "x")),
        (.cardinality, .null, .refused(code: "ERR", message: "a reply of an unexpected form")),
        (.newest(limit: 1), .integer(1), .refused(code: "ERR", message: "a reply of an unexpected form")),
        (.newest(limit: 1), .array([.bulk([1])]), .refused(code: "ERR", message: "a reply of an unexpected form")),
        (.newest(limit: 1), .array([]), .rows([])),
    ])
    func `takes no reply for what it is not`(read: KeyRead, reply: RESPValue, answer: KeyAnswer) {
        #expect(read.answer(reply) == answer)
    }

    private func bytes(_ command: RESPCommand) throws -> String {
        var bytes: [UInt8] = []
        try command.withWireBytes { bytes.append(contentsOf: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
