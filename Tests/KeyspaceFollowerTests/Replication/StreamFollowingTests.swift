import NIOCore
import RESP
import RedisClient
import StreamAssembly
import Testing

@testable import KeyspaceFollower

@Suite struct StreamFollowingTests {
    private let start = NIODeadline.uptimeNanoseconds(0)
    private let stream = StreamFollowing(database: 0, prefix: "sa")
    private var schedule = KeySchedule(perKey: 10, timing: FollowerTiming(), now: .uptimeNanoseconds(0))
    private var changes: [Change] = []

    private mutating func receive(_ event: RedisReplication.Event) -> Bool {
        stream.received(event, &schedule, now: start, into: &changes)
    }

    private mutating func begin(at offset: Int64, isContinued: Bool = false) {
        #expect(receive(.start(ReplicationPosition(id: "a", offset: offset), isContinued: isContinued)) == true)
        #expect(receive(.synchronized) == true)
    }

    private func command(_ words: String..., end: Int64, database: Int? = 0) -> RedisReplication.Event {
        let command = StreamedCommand(words: words.map { Array($0.utf8) }, streamBytes: 10)
        return .command(ReplicatedCommand(command, database: database, end: end))
    }

    @Test mutating func `remembers the place and the database of the last command`() {
        #expect(stream.position == nil)
        begin(at: 100)
        _ = receive(command("PING", end: 110, database: 3))
        #expect(stream.position == ReplicationPosition(id: "a", offset: 110, database: 3))
    }

    @Test mutating func `asks for a read of a key that is not known, once`() {
        begin(at: 100)
        #expect(receive(command("ZADD", "sa:{h}:top", "1", "m", end: 110)) == true)
        #expect(receive(command("ZADD", "sa:{h}:top", "2", "n", end: 120)) == false)
        #expect(receive(command("ZADD", "other", "2", "n", end: 130)) == false)
        #expect(changes.isEmpty)
    }

    @Test mutating func `is alive while what the server wrote arrives`() {
        #expect(stream.isAlive(serverOffset: 500), "no stream yet")
        begin(at: 100)
        #expect(stream.isAlive(serverOffset: 200), "the first look only takes note")
        #expect(!stream.isAlive(serverOffset: 200), "nothing came since")
        _ = receive(command("PING", end: 150))
        #expect(stream.isAlive(serverOffset: 300), "something came")
        _ = receive(command("PING", end: 300))
        #expect(stream.isAlive(serverOffset: 300), "all came that was there at the last look")
    }

    @Test mutating func `a new link is not measured by the last one`() {
        begin(at: 100)
        #expect(stream.isAlive(serverOffset: 200))
        stream.linked()
        #expect(stream.isAlive(serverOffset: 200))
    }
}
