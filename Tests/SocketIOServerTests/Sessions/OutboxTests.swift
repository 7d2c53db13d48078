import NIOCore
import SeededRandom
import TestSupport
import Testing

@testable import SocketIOServer

struct OutboxTests {
    private static func packet(_ tag: Int, bytes: Int = 10) -> EncodedPacket {
        EncodedPacket(enginePacket: Array(repeating: UInt8(tag), count: bytes - 2))
    }

    private static func event(_ policy: OverflowPolicy, namespace: Int = 0) -> Outbox.Kind {
        .event(namespace: namespace, policy)
    }

    private static func tags(_ outbox: inout Outbox) -> [Int] {
        var tags: [Int] = []
        while let packet = outbox.popFirst() { tags.append(Int(packet.frame.readableBytesView.last ?? 0)) }
        return tags
    }

    @Test func `packets leave in the order they came`() {
        var outbox = Outbox(maxBytes: 100, maxPackets: 10)
        #expect(outbox.enqueue(Self.packet(1), .control) == .queued)
        #expect(outbox.enqueue(Self.packet(2), Self.event(.disconnect)) == .queued)
        #expect(outbox.enqueue(Self.packet(3), .reply) == .queued)
        #expect(outbox.byteCount == 30)
        #expect(Self.tags(&outbox) == [1, 2, 3])
        #expect(outbox.byteCount == 0)
    }

    @Test(arguments: [(25, 10), (1_000, 2)])
    func `a bound in bytes or packets lets the client go`(_ maxBytes: Int, _ maxPackets: Int) {
        var outbox = Outbox(maxBytes: maxBytes, maxPackets: maxPackets)
        #expect(outbox.enqueue(Self.packet(1), Self.event(.disconnect)) == .queued)
        #expect(outbox.enqueue(Self.packet(2), Self.event(.disconnect)) == .queued)
        #expect(outbox.enqueue(Self.packet(3), Self.event(.disconnect)) == .disconnect)
    }

    @Test func `a packet larger than the bound goes alone`() {
        var outbox = Outbox(maxBytes: 20, maxPackets: 10)
        #expect(outbox.enqueue(Self.packet(1, bytes: 100), Self.event(.disconnect)) == .queued)
        #expect(outbox.enqueue(Self.packet(2), Self.event(.disconnect)) == .disconnect)
    }

    @Test func `the oldest events make room, and nothing else does`() {
        var outbox = Outbox(maxBytes: 40, maxPackets: 10)
        _ = outbox.enqueue(Self.packet(1), .control)
        for tag in 2...4 { _ = outbox.enqueue(Self.packet(tag), Self.event(.dropOldest)) }
        #expect(outbox.enqueue(Self.packet(5, bytes: 20), Self.event(.dropOldest)) == .queuedAfterDropping(2))
        #expect(outbox.byteCount == 40)
        #expect(Self.tags(&outbox) == [1, 4, 5])
    }

    @Test func `where only protocol packets wait the new event is dropped`() {
        var outbox = Outbox(maxBytes: 20, maxPackets: 10)
        _ = outbox.enqueue(Self.packet(1), .control)
        _ = outbox.enqueue(Self.packet(2), .control)
        #expect(outbox.enqueue(Self.packet(3), Self.event(.dropOldest)) == .refused)
        #expect(Self.tags(&outbox) == [1, 2])
    }

    @Test func `a resync drops the namespace's events, refuses more and ends when all is taken`() {
        var outbox = Outbox(maxBytes: 50, maxPackets: 10)
        _ = outbox.enqueue(Self.packet(1), .control)
        _ = outbox.enqueue(Self.packet(2), Self.event(.resync))
        _ = outbox.enqueue(Self.packet(3), Self.event(.resync, namespace: 1))
        _ = outbox.enqueue(Self.packet(4), .reply)
        _ = outbox.enqueue(Self.packet(5), Self.event(.resync))
        #expect(outbox.enqueue(Self.packet(6), Self.event(.resync)) == .resyncBegan(dropped: 3))
        #expect(outbox.isResyncing(0) && !outbox.isResyncing(1))
        #expect(outbox.enqueue(Self.packet(7), Self.event(.resync)) == .refused)
        #expect(outbox.enqueue(Self.packet(8), .control) == .queued)
        #expect(outbox.takeResyncs() == [])
        #expect(Self.tags(&outbox) == [1, 3, 4, 8])
        #expect(outbox.takeResyncs() == [0])
        #expect(outbox.takeResyncs() == [])
        #expect(outbox.enqueue(Self.packet(9), Self.event(.resync)) == .queued)
    }

    @Test func `the bound of a resync is for its events alone`() {
        var outbox = Outbox(maxBytes: 100, maxPackets: 10, maxResyncBytes: 25)
        for tag in 1...3 { #expect(outbox.enqueue(Self.packet(tag), Self.event(.disconnect)) == .queued) }
        #expect(outbox.enqueue(Self.packet(4), Self.event(.resync, namespace: 1)) == .resyncBegan(dropped: 1))
        #expect(Self.tags(&outbox) == [1, 2, 3])
    }

    @Test func `where a large state has to wait its bytes do not count for a resync`() {
        var outbox = Outbox(maxBytes: 1_000, maxPackets: 10, maxResyncBytes: 25)
        outbox.sparesLargest = true
        #expect(outbox.enqueue(Self.packet(1), Self.event(.resync)) == .queued)
        #expect(outbox.enqueue(Self.packet(2, bytes: 100), Self.event(.resync)) == .queued)
        #expect(outbox.enqueue(Self.packet(3), Self.event(.resync)) == .queued)
        #expect(outbox.enqueue(Self.packet(4), Self.event(.resync)) == .resyncBegan(dropped: 4))
    }

    @Test func `even answers are bounded`() {
        var outbox = Outbox(maxBytes: 1_000, maxPackets: 5)
        for tag in 1...10 { #expect(outbox.enqueue(Self.packet(tag), .reply) == .queued) }
        #expect(outbox.enqueue(Self.packet(11), .reply) == .disconnect)
    }

    @Test func `bounds, order and control packets hold under random use`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            var outbox = Outbox(maxBytes: 200, maxPackets: 12)
            let policy: OverflowPolicy = Bool.random(using: &generator) ? .dropOldest : .resync
            var control: [Int] = []
            var taken: [Int] = []
            for tag in 1...60 {
                switch Int.random(in: 0...9, using: &generator) {
                case 0:
                    if outbox.enqueue(Self.packet(tag), .control) == .queued { control.append(tag) }
                case 1...3:
                    if let packet = outbox.popFirst() { taken.append(Int(packet.frame.readableBytesView.last ?? 0)) }
                default:
                    let size = Int.random(in: 3...60, using: &generator)
                    _ = outbox.enqueue(Self.packet(tag, bytes: size), Self.event(policy))
                }
                if outbox.count > 24 || outbox.byteCount > 2 * 200 + 10 { Issue.record("over twice the bounds") }
            }
            taken += Self.tags(&outbox)
            #expect(taken == taken.sorted())
            #expect(taken.filter(control.contains) == control)
            #expect(outbox.byteCount == 0)
        }
    }
}
