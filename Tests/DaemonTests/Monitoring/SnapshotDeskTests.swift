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
        desk.keep(event(100), for: order, seq: 7, now: at(0))

        var sameMoment = desk
        #expect(sameMoment.made(order, seq: 7, now: at(250)) != nil)
        #expect(sameMoment.made(desk.order(group("db")), seq: 7, now: at(250)) == nil)
        #expect(sameMoment.made(desk.order(group("web", .subscribe)), seq: 7, now: at(250)) == nil)
        #expect(sameMoment.made(order, seq: 7, now: at(251)) == nil)

        var later = desk
        #expect(later.made(order, seq: 8, now: at(0)) == nil)
        #expect(later.made(order, seq: 7, now: at(0)) == nil, "what was made before the emission is gone")
    }

    @Test func `few snapshots are kept, the latest ones`() {
        var desk = SnapshotDesk()
        let orders = (0..<6).map { desk.order(group("web-\($0)")) }
        _ = desk.made(orders[0], seq: 1, now: at(0))
        for order in orders { desk.keep(event(10), for: order, seq: 1, now: at(0)) }
        #expect(orders.map { desk.made($0, seq: 1, now: at(0)) != nil } == [false, false, true, true, true, true])
    }

    @Test func `snapshots get small while clients have not taken large ones, until each has taken its own`() {
        var desk = SnapshotDesk(sizes: .init(snapshot: 1000, untaken: 2500, smallSnapshot: 100))
        #expect(desk.order(group("web")).maxBytes == 1000)
        let large = event(2000)
        let first = desk.sent(large.byteCount, to: 2)
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
