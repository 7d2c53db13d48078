import RESP
import Testing

@testable import RedisClient

@Suite struct SentinelRosterTests {
    private static func host(_ port: Int) -> RedisHost { RedisHost(host: "h", port: port) }
    private let old = host(1)
    private let new = host(2)
    private let sentinels = [host(11), host(12), host(13)]

    private func roster() -> SentinelRoster { SentinelRoster(SentinelGroup(sentinels: sentinels, master: "main")) }

    private func says(_ master: RedisHost?, _ epoch: Int?, knows others: [RedisHost] = [])
        -> Result<SentinelWord, RedisError>
    {
        .success(SentinelWord(master: master, epoch: epoch, others: others))
    }

    private let away = Result<SentinelWord, RedisError>.failure(RedisError(.unreachable, "away"))

    private func verdict(_ answers: Result<SentinelWord, RedisError>...) -> SentinelRoster.Verdict {
        var roster = roster()
        return roster.heard(Array(zip(sentinels, answers)))
    }

    @Test func `the newest epoch counts, also against the majority`() {
        #expect(verdict(says(old, 4), says(old, 4), says(new, 5)) == .master(new))
        #expect(verdict(says(new, 5), away, away) == .master(new))
    }

    @Test func `without epochs the majority counts, of equals the first`() {
        #expect(verdict(says(old, nil), says(new, nil), says(new, nil)) == .master(new))
        #expect(verdict(says(old, nil), says(new, nil), away) == .master(old))
    }

    @Test func `who knows no such master has no say, and if none does, that is told`() {
        #expect(verdict(says(nil, nil), says(new, 1), says(nil, nil)) == .master(new))
        #expect(
            verdict(says(nil, nil), away, says(nil, nil))
                == .none(RedisError(.noMaster, "the sentinels know no master named 'main'")))
    }

    @Test func `where none answers, what keeps us out is told before what is down`() {
        let error = RedisError(.authentication, "wrong")
        #expect(
            verdict(away, .failure(error), away)
                == .none(RedisError(.authentication, "none of 3 sentinels answers: wrong")))
        #expect(verdict(away, away, away) == .none(RedisError(.noMaster, "none of 3 sentinels answers: away")))
    }

    @Test func `learns of other sentinels, asks who answered first, and forgets whom it learned of when it is gone`() {
        var roster = roster()
        let learned = Self.host(14)
        _ = roster.heard([(sentinels[0], away), (sentinels[1], says(new, 1, knows: [learned])), (sentinels[2], away)])
        #expect(roster.hosts == [sentinels[1], sentinels[0], sentinels[2], learned])
        _ = roster.heard(roster.hosts.map { ($0, $0 == learned ? says(new, 1) : away) })
        #expect(roster.hosts == [learned] + sentinels)
        _ = roster.heard(roster.hosts.map { ($0, $0 == sentinels[2] ? says(new, 1) : away) })
        #expect(roster.hosts == [sentinels[2], sentinels[0], sentinels[1]])
        _ = roster.heard(roster.hosts.map { ($0, away) })
        #expect(roster.hosts.count == 3)
        _ = roster.heard([(sentinels[0], says(new, 1, knows: (100..<200).map(Self.host)))])
        #expect(roster.hosts.count == 16)
    }

    @Test func `reads what a sentinel says`() throws {
        let fields: (String...) -> RESPValue = { .array($0.map { .bulk(Array($0.utf8)) }) }
        let word = try SentinelWord([
            fields("10.0.0.1", "7000"), fields("name", "main", "config-epoch", "7"),
            .array([
                fields("ip", "10.0.0.2", "port", "26379", "flags", "sentinel"),
                fields("ip", "10.0.0.3", "port", "26379", "flags", "s_down,sentinel"),
            ]),
        ])
        let expected = SentinelWord(
            master: RedisHost(host: "10.0.0.1", port: 7000), epoch: 7,
            others: [RedisHost(host: "10.0.0.2", port: 26379)])
        #expect(word == expected)
        let refused = RESPValue.error(RESPServerError(parsing: "NOPERM no"))
        #expect(try SentinelWord([fields("h", "1"), refused, refused]) == SentinelWord(master: Self.host(1)))
        #expect(try SentinelWord([.null, refused, refused]) == SentinelWord(master: nil))
        #expect(try SentinelWord([fields("h", "0"), refused, refused]) == SentinelWord(master: nil))
        #expect(throws: RedisError.self) { try SentinelWord([refused, .null, .null]) }
        #expect(throws: RedisError.self) { try SentinelWord([.integer(1), .null, .null]) }
    }

    @Test func `a change of the master is one change, and acting upon it ends it`() {
        var pointer = MasterPointer()
        #expect(pointer.named(old) == false, "nothing is followed yet")
        pointer.attempting(old)
        #expect(pointer.named(old) == false)
        #expect(pointer.named(new) == true)
        #expect(pointer.named(new) == false)
        #expect(pointer.isSwitched)
        pointer.attempting(new)
        #expect(!pointer.isSwitched)
        #expect(pointer.named(old) == true)
        #expect(pointer.takeSwitch() == true)
        #expect(pointer.takeSwitch() == false)
    }

    @Test func `the role is read from either reply`() {
        let info: (String) -> RESPValue = { .bulk(Array("# Replication\r\nrole:\($0)\r\n".utf8)) }
        let refused = RESPValue.error(RESPServerError(parsing: "NOPERM no"))
        #expect(RedisRole.role([.array([.bulk(Array("master".utf8)), .integer(0)]), refused]) == "master")
        #expect(RedisRole.role([.array([.bulk(Array("slave".utf8))]), info("slave")]) == "replica")
        #expect(RedisRole.role([refused, info("master")]) == "master")
        #expect(RedisRole.role([refused, info("slave")]) == "replica")
        #expect(RedisRole.role([refused, refused]) == nil)
    }
}
