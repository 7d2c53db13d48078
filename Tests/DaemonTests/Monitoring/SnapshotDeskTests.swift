import NIOCore
import SocketIOServer
import Testing

@testable import Daemon
@testable import StreamAssembly

@Suite struct SnapshotDeskTests {
    private static let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { Self.start + .milliseconds(milliseconds) }

    private func group(_ host: String, _ reason: Meta.Reason = .connect) -> Audiences.Group {
        Audiences.Group(
            selection: Selection(hosts: [Glob(host)].compactMap(\.self), probes: []), reason: reason, members: ["a"])
    }

    private func event(_ bytes: Int) -> EncodedEvent {
        EncodedEvent(unchecked: "updates", arguments: [[UInt8](repeating: UInt8(ascii: "1"), count: bytes)])
    }

    @Test func `a snapshot is shared by the same order only, at the same emission, for a quarter of a second`() {
        var desk = SnapshotDesk()
        let order = desk.order(group("web"))
        #expect(desk.made(order, seq: 7, now: at(0)) == nil)
        _ = desk.keep(event(100), for: order, seq: 7, now: at(0))
        #expect(desk.made(order, seq: 7, now: at(250)) != nil)
        #expect(desk.made(desk.order(group("db")), seq: 7, now: at(250)) == nil)
        #expect(desk.made(desk.order(group("web", .subscribe)), seq: 7, now: at(250)) == nil)
        #expect(desk.made(order, seq: 8, now: at(250)) == nil, "it was made before the emission")
        #expect(desk.made(order, seq: 7, now: at(251)) == nil)
    }

    @Test func `a large snapshot is shared for a second, whatever was emitted since`() {
        var desk = SnapshotDesk()
        let order = desk.order(group("web"))
        _ = desk.keep(event(256 << 10), for: order, seq: 7, now: at(0))
        #expect(desk.made(order, seq: 9, now: at(1000))?.seq == 7)
        #expect(desk.made(desk.order(group("db")), seq: 9, now: at(1000)) == nil)
        #expect(desk.made(desk.order(group("web", .subscribe)), seq: 9, now: at(1000)) == nil)
        // A newer one takes its place.
        _ = desk.keep(event(256 << 10), for: order, seq: 8, now: at(600))
        #expect(desk.made(order, seq: 9, now: at(1600))?.seq == 8)
        #expect(desk.made(order, seq: 9, now: at(1601)) == nil)
    }

    @Test func `what came behind a snapshot is shared too, and counts once`() {
        var desk = SnapshotDesk()
        let order = desk.order(group("web"))
        let made = desk.keep(event(1000), for: order, seq: 7, now: at(0))
        #expect((made.since?.seq, made.mostBytesSince) == (nil, event(1000).byteCount / 4))
        let large = desk.keep(event(1 << 20), for: desk.order(group("db")), seq: 7, now: at(0))
        #expect(large.mostBytesSince == 128 << 10, "little beside what may wait for a client")
        let later = desk.keep(since: [event(10), event(20)], upTo: 9, behind: made)
        #expect(desk.made(order, seq: 7, now: at(1))?.since?.seq == 9)
        #expect(desk.made(order, seq: 7, now: at(1))?.since?.piece.number == later.since?.piece.number)

        let since = later.since.map { [$0.piece] } ?? []
        for piece in [made.piece] + since { desk.sent(piece, to: 2) }
        #expect(desk.untaken == event(1000).byteCount + event(10).byteCount + event(20).byteCount)
        for piece in since { desk.taken(piece.number) }
        desk.taken(made.piece.number)
        desk.taken(made.piece.number)
        #expect(desk.untaken == event(10).byteCount + event(20).byteCount, "one client has not taken what came behind")
    }

    @Test func `few snapshots are kept, the latest ones`() {
        var desk = SnapshotDesk()
        let orders = (0..<6).map { desk.order(group("web-\($0)")) }
        for order in orders { _ = desk.keep(event(10), for: order, seq: 1, now: at(0)) }
        #expect(orders.map { desk.made($0, seq: 1, now: at(0)) != nil } == [false, false, true, true, true, true])
    }

    @Test func `of many who are owed the same, so many get it in a turn as make no more than the bytes at once`() {
        var desk = SnapshotDesk(sizes: .init(atOnce: 1000))
        let members = (0..<9).map { "c\($0)" }
        for (bytes, count) in [(100, 9), (300, 3), (480, 2), (990, 1), (5000, 1)] {
            let made = desk.keep(event(bytes - event(0).byteCount), for: desk.order(group("web")), seq: 1, now: at(0))
            #expect(desk.receivers(of: made, among: members) == Array(members.prefix(count)))
            let more = desk.keep(since: [event(bytes)], upTo: 2, behind: made)
            #expect(desk.receivers(of: more, among: members).count == max(1, 1000 / (2 * bytes + event(0).byteCount)))
        }
    }

    @Test func `snapshots get small while clients have not taken large ones, until each has taken its own`() {
        var desk = SnapshotDesk(sizes: .init(snapshot: 1000, untaken: 2500, smallSnapshot: 100))
        #expect(desk.order(group("web")).maxBytes == 1000)
        let large = desk.keep(event(2000), for: desk.order(group("web")), seq: 1, now: at(0)).piece
        let first = large.number
        desk.sent(large, to: 1)
        // Another gets the same a moment later.
        desk.sent(large, to: 1)
        #expect(desk.untaken == large.byteCount, "shared bytes count once")

        let small = desk.order(group("web"))
        #expect((small.maxBytes, small.marksBytes) == (100, 25))
        #expect(desk.maxBytes() == 100)

        desk.taken(first)
        #expect(desk.order(group("web")).maxBytes == 100, "one of the two has not taken it")
        desk.taken(first)
        #expect(desk.untaken == 0)
        #expect(desk.order(group("web")) == .init(group: group("web"), maxBytes: 1000, marksBytes: 250))
        #expect((desk.maxBytes(underWay: 1500), desk.maxBytes(underWay: 1501)) == (1000, 100))
        desk.taken(first)
        #expect(desk.untaken == 0, "a third report is of nothing")
    }

    @Test func `after a snapshot it rests for twice the time that the making took`() {
        var desk = SnapshotDesk()
        #expect(desk.rest(now: at(0)) == nil)
        desk.ended(began: at(0), now: at(30))
        #expect(desk.rest(now: at(30)) == .milliseconds(60))
        #expect(desk.rest(now: at(89)) == .milliseconds(1))
        #expect(desk.rest(now: at(90)) == nil)
    }

    @Test func `one look is scheduled at a time, and one client waited for once`() {
        var desk = SnapshotDesk()
        let scheduled = [desk.schedules(), desk.schedules()]
        desk.comes()
        let again = desk.schedules()
        #expect(scheduled == [true, false])
        #expect(again)
        let waits = [desk.beginsToWait("a"), desk.beginsToWait("a"), desk.beginsToWait("b")]
        desk.endsToWait("a")
        let anew = desk.beginsToWait("a")
        #expect(waits == [true, false, true])
        #expect(anew)
    }
}
