import SocketIO
import Testing

struct RecoveryLogTests {
    private typealias Log = RecoveryLog<String, Int>

    private static let start = ContinuousClock.now

    private static func log(
        duration: Duration = .seconds(10), packets: Int = 100, bytes: Int = 1_000, sessions: Int = 10
    ) -> Log {
        Log(limits: .init(duration: duration, packets: packets, bytes: bytes, sessions: sessions), epoch: "e")
    }

    private static func session(_ rooms: Set<String> = []) -> Log.Session {
        Log.Session(id: "a", rooms: rooms.union(["a"]), data: 7)
    }

    /// Records packets for everybody and gives the offset of each.
    private static func record(_ packets: [String], in log: inout Log, at time: Duration = .zero) -> [String] {
        packets.map { packet in
            let offset = log.nextOffset
            log.record(packet, bytes: 10, for: .init(rooms: [], except: []), now: start + time)
            return offset
        }
    }

    private static func restore(
        _ log: inout Log, privateID: String, offset: String, now: ContinuousClock.Instant
    ) -> (session: Log.Session, missed: [String])? {
        log.restore(privateID: privateID, offset: offset, now: now).map { ($0, $1) }
    }

    @Test func `a client gets back its session and what followed its offset, once`() throws {
        var log = Self.log()
        let offsets = Self.record(["1", "2", "3"], in: &log)
        log.keep(Self.session(["red"]), privateID: "p", now: Self.start)
        let restored = log.restore(privateID: "p", offset: offsets[0], now: Self.start)
        let (session, missed) = try #require(restored)
        #expect(session.id == "a")
        #expect(session.rooms == ["a", "red"])
        #expect(session.data == 7)
        #expect(missed == ["2", "3"])
        #expect(Self.restore(&log, privateID: "p", offset: offsets[0], now: Self.start) == nil)
    }

    @Test(
        arguments: [
            ([], [], true), (["red"], [], true), (["blue"], [], false), (["a"], [], true), (["blue", "red"], [], true),
            ([], ["red"], false), (["a"], ["red"], false), ([], ["blue"], true), ([], ["a"], false),
        ] as [(Set<String>, Set<String>, Bool)])
    func `what was missed is what its rooms would have got`(
        _ rooms: Set<String>, _ except: Set<String>, _ isMissed: Bool
    ) throws {
        var log = Self.log()
        let offset = Self.record(["first"], in: &log)[0]
        log.record("second", bytes: 10, for: .init(rooms: rooms, except: except), now: Self.start)
        log.keep(Self.session(["red"]), privateID: "p", now: Self.start)
        let restored = log.restore(privateID: "p", offset: offset, now: Self.start)
        #expect(try #require(restored).missed == (isMissed ? ["second"] : []))
    }

    @Test(arguments: [
        "e.4", "e.0", "e.-1", "e.", "x.1", "", "e", "1", "e.9223372036854775807", "e.99999999999999999999",
    ])
    func `an offset that was not given out recovers nothing, and the session stays`(_ offset: String) {
        var log = Self.log()
        _ = Self.record(["1", "2", "3"], in: &log)
        log.keep(Self.session(), privateID: "p", now: Self.start)
        #expect(Self.restore(&log, privateID: "p", offset: offset, now: Self.start) == nil)
        #expect(Self.restore(&log, privateID: "p", offset: "e.3", now: Self.start)?.missed == [])
    }

    @Test func `what is kept is bounded by count, bytes and time`() {
        var byCount = Self.log(packets: 2)
        let first = Self.record(["1", "2", "3", "4"], in: &byCount)
        #expect(byCount.count == 2)
        byCount.keep(Self.session(), privateID: "p", now: Self.start)
        #expect(Self.restore(&byCount, privateID: "p", offset: first[0], now: Self.start) == nil)
        #expect(Self.restore(&byCount, privateID: "p", offset: first[1], now: Self.start)?.missed == ["3", "4"])

        var byBytes = Self.log(bytes: 35)
        _ = Self.record(["1", "2", "3", "4"], in: &byBytes)
        #expect(byBytes.count == 3)
        #expect(byBytes.bytes == 30)

        var byTime = Self.log(duration: .seconds(10))
        _ = Self.record(["1"], in: &byTime)
        _ = Self.record(["2"], in: &byTime, at: .seconds(10))
        #expect(byTime.count == 2)
        _ = Self.record(["3"], in: &byTime, at: .milliseconds(10_001))
        #expect(byTime.count == 2)
    }

    @Test func `a client that stays away too long, or behind too many others, starts anew`() {
        var log = Self.log(sessions: 2)
        let offset = Self.record(["1"], in: &log)[0]
        for id in ["p", "q", "r"] { log.keep(Self.session(), privateID: id, now: Self.start) }
        #expect(log.sessionCount == 2)
        #expect(Self.restore(&log, privateID: "p", offset: offset, now: Self.start) == nil)
        #expect(Self.restore(&log, privateID: "q", offset: offset, now: Self.start + .seconds(10))?.session.id == "a")
        #expect(Self.restore(&log, privateID: "r", offset: offset, now: Self.start + .seconds(11)) == nil)
        #expect(log.sessionCount == 0)
    }

    @Test func `a client that came back and left again is kept from its later departure`() {
        var log = Self.log()
        let first = Self.record(["1"], in: &log)[0]
        log.keep(Self.session(), privateID: "p", now: Self.start)
        #expect(Self.restore(&log, privateID: "p", offset: first, now: Self.start) != nil)
        let second = Self.record(["2"], in: &log, at: .seconds(8))[0]
        log.keep(Self.session(), privateID: "p", now: Self.start + .seconds(8))
        #expect(Self.restore(&log, privateID: "p", offset: second, now: Self.start + .seconds(17)) != nil)
    }
}
