import NIOCore
import RESP
import Testing

@testable import RedisClient

@Suite
struct RedisConnectionStateMachineTests {
    typealias Machine = RedisConnectionStateMachine<Int>

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func make(ready: Bool = true, maxPendingBytes: Int = 1000) -> Machine {
        var machine = Machine(
            handshake: RedisHandshake(endpoint: RedisEndpoint(address: .unix(path: "/s")), clientName: nil),
            timing: .init(
                handshake: .seconds(4), request: .seconds(2), pingInterval: .seconds(10), pingDeadline: .seconds(3)),
            maxPendingBytes: maxPendingBytes, now: start)
        if ready { #expect(machine.replyReceived(.simple("PONG"), now: start) == .becomeReady) }
        return machine
    }

    private static let timedOut = RedisError(.timedOut, "no answer within 2.0 s")

    @Test func `hands each pipeline its replies, in the order sent`() {
        var machine = make()
        #expect(machine.send(id: 1, tag: 1, replies: 2, bytes: 10, now: start) == .write)
        #expect(machine.send(id: 2, tag: 2, replies: 1, bytes: 10, now: start) == .write)
        #expect(machine.replyReceived(.integer(1), now: start) == .none)
        #expect(machine.replyReceived(.null, now: start) == .complete(1, [.integer(1), .null]))
        #expect(machine.replyReceived(.integer(3), now: start) == .complete(2, [.integer(3)]))
    }

    @Test func `refuses pipelines before the handshake is done`() {
        var machine = make(ready: false)
        let error = RedisError(.closed, "the connection is not ready")
        #expect(machine.send(id: 1, tag: 1, replies: 1, bytes: 1, now: start) == .refuse(1, error))
    }

    @Test func `gives up a handshake that is not answered in time`() {
        var machine = make(ready: false)
        #expect(machine.wakeAt == start + .seconds(4))
        #expect(machine.timerFired(now: start + .milliseconds(3999)) == .none)
        let error = RedisError(.timedOut, "no answer to the handshake within 4.0 s")
        #expect(machine.timerFired(now: start + .seconds(4)) == .close(error))
    }

    @Test func `closes when a reply is late, and fails all who wait`() {
        var machine = make()
        #expect(machine.send(id: 1, tag: 1, replies: 1, bytes: 1, now: start) == .write)
        #expect(machine.send(id: 2, tag: 2, replies: 1, bytes: 1, now: start + .seconds(1)) == .write)
        #expect(machine.wakeAt == start + .seconds(2))
        #expect(machine.timerFired(now: start + .seconds(2)) == .close(Self.timedOut))
        #expect(machine.ended(Self.timedOut) == [1, 2])
        #expect(machine.ended(Self.timedOut) == [])
        #expect(machine.wakeAt == nil)
        let after = RedisError(.closed, "the connection has ended: no answer within 2.0 s")
        #expect(machine.send(id: 3, tag: 3, replies: 1, bytes: 1, now: start) == .refuse(3, after))
    }

    @Test func `a part of the replies does not move the deadline`() {
        var machine = make()
        #expect(machine.send(id: 1, tag: 1, replies: 2, bytes: 1, now: start) == .write)
        #expect(machine.replyReceived(.null, now: start + .seconds(1)) == .none)
        #expect(machine.timerFired(now: start + .seconds(2)) == .close(Self.timedOut))
    }

    @Test func `pings when idle and drops the answer`() {
        var machine = make()
        #expect(machine.wakeAt == start + .seconds(10))
        #expect(machine.timerFired(now: start + .seconds(10)) == .send(.ping))
        #expect(machine.replyReceived(.simple("PONG"), now: start + .seconds(11)) == .none)
        #expect(machine.wakeAt == start + .seconds(21))
    }

    @Test func `closes when the answer to a ping is late`() {
        var machine = make()
        #expect(machine.timerFired(now: start + .seconds(10)) == .send(.ping))
        #expect(machine.wakeAt == start + .seconds(13))
        let error = RedisError(.timedOut, "no answer within 3.0 s")
        #expect(machine.timerFired(now: start + .seconds(13)) == .close(error))
    }

    @Test func `a request behind a ping keeps its own, earlier deadline`() {
        var machine = make()
        #expect(machine.timerFired(now: start + .seconds(10)) == .send(.ping))
        #expect(machine.send(id: 1, tag: 1, replies: 1, bytes: 1, now: start + .milliseconds(10_500)) == .write)
        #expect(machine.wakeAt == start + .milliseconds(12_500))
    }

    @Test func `drops the replies of a cancelled caller without disturbing the next`() {
        var machine = make()
        #expect(machine.send(id: 1, tag: 1, replies: 2, bytes: 1, now: start) == .write)
        #expect(machine.send(id: 2, tag: 2, replies: 1, bytes: 1, now: start) == .write)
        #expect(machine.replyReceived(.integer(1), now: start) == .none)
        #expect(machine.cancelled(id: 1) == 1)
        #expect(machine.cancelled(id: 1) == nil)
        #expect(machine.cancelled(id: 77) == nil)
        #expect(machine.replyReceived(.integer(2), now: start) == .none)
        #expect(machine.replyReceived(.integer(3), now: start) == .complete(2, [.integer(3)]))
    }

    @Test func `refuses more bytes than may wait, unless nothing waits`() {
        var machine = make(maxPendingBytes: 100)
        #expect(machine.send(id: 1, tag: 1, replies: 1, bytes: 500, now: start) == .write)
        let error = RedisError(.overloaded, "500 bytes wait for Redis, at most 100 are allowed to")
        #expect(machine.send(id: 2, tag: 2, replies: 1, bytes: 1, now: start) == .refuse(2, error))
        #expect(machine.replyReceived(.null, now: start) == .complete(1, [.null]))
        #expect(machine.send(id: 3, tag: 3, replies: 1, bytes: 60, now: start) == .write)
        #expect(machine.send(id: 4, tag: 4, replies: 1, bytes: 40, now: start) == .write)
        let full = RedisError(.overloaded, "100 bytes wait for Redis, at most 100 are allowed to")
        #expect(machine.send(id: 5, tag: 5, replies: 1, bytes: 1, now: start) == .refuse(5, full))
    }

    @Test func `a reply that nobody asked for closes the connection`() {
        var machine = make()
        let error = RedisError(.protocolViolation, "a reply came that nobody asked for")
        #expect(machine.replyReceived(.null, now: start) == .close(error))
    }

    @Test func `what the server says before it hangs up is the reason`() {
        var machine = make()
        let reply = RESPServerError(code: "ERR", message: "max number of clients reached")
        #expect(machine.replyReceived(.error(reply), now: start) == .close(RedisError(reply)))
    }

    @Test func `closing lets what was sent be answered and refuses the rest`() {
        var machine = make()
        #expect(machine.send(id: 1, tag: 1, replies: 1, bytes: 1, now: start) == .write)
        #expect(machine.send(id: 2, tag: 2, replies: 1, bytes: 1, now: start) == .write)
        #expect(machine.closeRequested() == .none)
        let error = RedisError(.closed, "the connection is closing")
        #expect(machine.send(id: 3, tag: 3, replies: 1, bytes: 1, now: start) == .refuse(3, error))
        #expect(machine.wakeAt == start + .seconds(2))
        #expect(machine.replyReceived(.integer(1), now: start) == .complete(1, [.integer(1)]))
        #expect(machine.replyReceived(.integer(2), now: start) == .completeAndClose(2, [.integer(2)]))
    }

    @Test func `closing an idle connection closes it at once`() {
        var machine = make()
        #expect(machine.closeRequested() == .close(RedisError(.closed, "the connection was closed")))
    }
}
