import NIOCore
import RESP
import TestSupport
import Testing

@testable import RedisClient

@Suite
struct RedisReplicationStateMachineTests {
    private static let id = "8de1787ba490483314a4d30f1c628bc5025eb761"
    private static let mark = String(repeating: "abcdefghij", count: 4)
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private static func machine(from position: ReplicationPosition? = nil) -> RedisReplicationStateMachine {
        let endpoint = RedisEndpoint(address: .unix(path: "/redis"))
        return RedisReplicationStateMachine(
            handshake: RedisHandshake(endpoint: endpoint, clientName: nil), from: position,
            timing: .init(handshake: .seconds(5)), now: start)
    }

    private static func actions(
        _ pieces: [[UInt8]], _ machine: inout RedisReplicationStateMachine
    ) -> [RedisReplicationStateMachine.Action] {
        pieces.flatMap { piece in piece.withUnsafeBytes { machine.received($0, now: start) } }
    }

    private static func actions(
        _ wire: String, from position: ReplicationPosition? = nil
    ) -> [RedisReplicationStateMachine.Action] {
        var machine = machine(from: position)
        return actions([Array(wire.utf8)], &machine)
    }

    private static let replies = "+PONG\r\n+OK\r\n+OK\r\n+OK\r\n"
    private static let ping = "*1\r\n$4\r\nPING\r\n"

    private static func command(_ words: [String], _ bytes: Int, _ database: Int?, _ end: Int64)
        -> RedisReplicationStateMachine.Action
    {
        .command(
            ReplicatedCommand(
                StreamedCommand(words: words.map { Array($0.utf8) }, streamBytes: bytes), database: database, end: end))
    }

    @Test(arguments: [
        "$12\r\nREDIS\r\n*1\r\n\n", "$0\r\n", "\n\n$EOF:\(mark)\r\nREDIS\r\n*1\r\n$4\r\n\(mark)", "\n$1\r\nx",
    ])
    func `lets the snapshot pass, and counts the stream from its end`(snapshot: String) {
        let header = Self.replies + "\n+FULLRESYNC \(Self.id) 1000\r\n" + snapshot
        for pieces in everySplit(of: Array(header.utf8)) {
            var machine = Self.machine()
            #expect(
                Self.actions(pieces, &machine)
                    == [
                        .synchronize, .start(ReplicationPosition(id: Self.id, offset: 1000), isContinued: false),
                        .synchronized,
                    ])
        }
        let stream = Self.ping + "*2\r\n$6\r\nselect\r\n$1\r\n3\r\n" + Self.ping
        for pieces in everySplit(of: Array(stream.utf8)) {
            var machine = Self.machine()
            _ = Self.actions([Array(header.utf8)], &machine)
            #expect(
                Self.actions(pieces, &machine) == [
                    Self.command(["PING"], 14, nil, 1014), Self.command(["select", "3"], 23, 3, 1037),
                    Self.command(["PING"], 14, 3, 1051),
                ])
            #expect(machine.position == ReplicationPosition(id: Self.id, offset: 1051, database: 3))
        }
    }

    @Test func `goes on where it ended, in the database that it was in`() {
        let asked = ReplicationPosition(id: Self.id, offset: 77, database: 2)
        #expect(
            Self.actions(Self.replies + "+CONTINUE\r\n" + Self.ping, from: asked)
                == [.synchronize, .start(asked, isContinued: true), .synchronized, Self.command(["PING"], 14, 2, 91)])
        let other = String(repeating: "f", count: 40)
        #expect(
            Self.actions(Self.replies + "+CONTINUE \(other)\r\n", from: asked).dropFirst().first
                == .start(ReplicationPosition(id: other, offset: 77, database: 2), isContinued: true))
        #expect(RedisReplicationStateMachine.synchronize(from: asked) == RESPCommand("PSYNC", .string(Self.id), 78))
        #expect(RedisReplicationStateMachine.synchronize(from: nil) == RESPCommand("PSYNC", "?", -1))
    }

    @Test(arguments: [
        ("-NOPERM this user has no permissions to run the 'psync' command", RedisError.Code.noPermission),
        ("-ERR unknown command 'PSYNC'", .unsupported),
        ("-NOMASTERLINK Can't SYNC while not connected with my master", .loading),
        ("-LOADING Redis is loading the dataset in memory", .loading),
        ("+FULLRESYNC x", .protocolViolation),
        ("+CONTINUE", .protocolViolation),
        ("$5", .protocolViolation),
    ])
    func `says why PSYNC was refused`(reply: String, code: RedisError.Code) throws {
        let actions = Self.actions(Self.replies + reply + "\r\n")
        guard case .close(let error) = try #require(actions.last) else { throw RedisError(.other, "\(actions)") }
        #expect(error.code == code)
        #expect(actions.count == 2)
    }

    @Test func `does without the filter where it is unknown, not without the rest`() throws {
        let unknown = "-ERR Unrecognized REPLCONF option: rdb-filter-only\r\n"
        let resync = "+FULLRESYNC \(Self.id) 0\r\n"
        #expect(Self.actions("+PONG\r\n+OK\r\n+OK\r\n" + unknown + resync).count == 2)
        guard case .close(let error)? = Self.actions("+PONG\r\n-ERR unknown command\r\n").last else {
            throw RedisError(.other, "still open")
        }
        #expect(error.code == .unsupported)
    }

    @Test(arguments: [
        "+FULLRESYNC \(id) 0\r\n*1\r\n", "+FULLRESYNC \(id) 0\r\n$x\r\n", "+FULLRESYNC \(id) 0\r\n$EOF:short\r\n",
        "+FULLRESYNC \(id) 0\r\n$1\r\nx+OK\r\n", String(repeating: "x", count: 2000),
    ])
    func `gives up on what no master sends`(wire: String) throws {
        guard case .close(let error)? = Self.actions(Self.replies + wire).last else {
            throw RedisError(.other, "still open")
        }
        #expect(error.code == .protocolViolation)
    }

    @Test func `acknowledges often until the stream runs, then each second`() {
        var machine = Self.machine(from: ReplicationPosition(id: Self.id, offset: 5))
        #expect(machine.wakeAt == Self.start + .seconds(5))
        _ = Self.actions([Array((Self.replies + "+CONTINUE\r\n").utf8)], &machine)
        #expect(machine.timerFired(now: Self.start) == .send(RESPCommand("REPLCONF", "ACK", 5)))
        #expect(machine.wakeAt == Self.start + .milliseconds(100))
        _ = Self.actions([Array(Self.ping.utf8)], &machine)
        let next = Self.start + .milliseconds(100)
        #expect(machine.timerFired(now: next) == .send(RESPCommand("REPLCONF", "ACK", 19)))
        #expect(machine.wakeAt == next + .seconds(1))
    }

    @Test func `gives up on a silent master`() throws {
        var machine = Self.machine()
        guard case .close(let late) = machine.timerFired(now: Self.start + .seconds(5)) else {
            throw RedisError(.other, "still open")
        }
        #expect(late.code == .timedOut)
        // The answer to PSYNC may take its time, as long as newlines come.
        var asking = Self.machine()
        _ = Self.actions([Array(Self.replies.utf8)], &asking)
        #expect(asking.timerFired(now: Self.start + .seconds(30)) == .none)
        _ = Array("\n".utf8).withUnsafeBytes { asking.received($0, now: Self.start + .seconds(30)) }
        #expect(asking.timerFired(now: Self.start + .seconds(89)) == .none)
        #expect(asking.timerFired(now: Self.start + .seconds(90)) != .none)
        var waiting = Self.machine()
        _ = Self.actions([Array((Self.replies + "+FULLRESYNC \(Self.id) 0\r\n").utf8)], &waiting)
        #expect(waiting.timerFired(now: Self.start + .seconds(59)) == .none)
        guard case .close(let silent) = waiting.timerFired(now: Self.start + .seconds(60)) else {
            throw RedisError(.other, "still open")
        }
        #expect(silent.code == .timedOut)
    }
}
