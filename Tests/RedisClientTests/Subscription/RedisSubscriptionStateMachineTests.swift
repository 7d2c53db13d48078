import NIOCore
import RESP
import Testing

@testable import RedisClient

@Suite
struct RedisSubscriptionStateMachineTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func make(patterns: Int = 1, live: Bool = true) -> RedisSubscriptionStateMachine {
        var machine = RedisSubscriptionStateMachine(
            handshake: RedisHandshake(endpoint: RedisEndpoint(address: .unix(path: "/s")), clientName: nil),
            patterns: patterns,
            timing: .init(handshake: .seconds(4), pingInterval: .seconds(10), pingDeadline: .seconds(3)), now: start)
        guard live else { return machine }
        #expect(machine.replyReceived(.simple("PONG"), now: start) == .sendSubscribe)
        for index in 1...patterns {
            let expected: RedisSubscriptionStateMachine.ReplyAction = index == patterns ? .becomeLive : .none
            #expect(machine.replyReceived(words("psubscribe", "p"), now: start) == expected)
        }
        return machine
    }

    private func words(_ words: String...) -> RESPValue { .array(words.map { .bulk(Array($0.utf8)) }) }

    @Test func `is live when every pattern is confirmed`() {
        _ = make(patterns: 3)
    }

    @Test func `delivers channel and payload`() {
        var machine = make()
        let action = machine.replyReceived(words("pmessage", "p*", "channel", "text"), now: start)
        #expect(action == .deliver(channel: Array("channel".utf8), payload: Array("text".utf8)))
    }

    @Test func `delivers between two confirmations`() {
        var machine = make(patterns: 2, live: false)
        #expect(machine.replyReceived(.simple("PONG"), now: start) == .sendSubscribe)
        #expect(machine.replyReceived(words("psubscribe", "p"), now: start) == .none)
        #expect(
            machine.replyReceived(words("pmessage", "p", "c", ""), now: start) == .deliver(channel: [0x63], payload: [])
        )
        #expect(machine.replyReceived(words("psubscribe", "q"), now: start) == .becomeLive)
    }

    @Test func `pings when nothing was heard, and any message counts as an answer`() {
        var machine = make()
        #expect(machine.wakeAt == start + .seconds(10))
        #expect(machine.timerFired(now: start + .seconds(10)) == .send(.ping))
        #expect(machine.wakeAt == start + .seconds(13))
        _ = machine.replyReceived(words("pmessage", "p", "c", "x"), now: start + .seconds(12))
        #expect(machine.wakeAt == start + .seconds(22))
        #expect(machine.replyReceived(words("pong", ""), now: start + .seconds(13)) == .none)
        #expect(machine.wakeAt == start + .seconds(23))
    }

    @Test func `closes when a pong is late`() {
        var machine = make()
        #expect(machine.timerFired(now: start + .seconds(10)) == .send(.ping))
        #expect(machine.timerFired(now: start + .seconds(12)) == .none)
        let error = RedisError(.timedOut, "no answer to PING within 3.0 s")
        #expect(machine.timerFired(now: start + .seconds(13)) == .close(error))
        #expect(machine.ended(error) == [])
        #expect(machine.replyReceived(words("pmessage", "p", "c", "x"), now: start) == .none)
        #expect(machine.wakeAt == nil)
    }

    @Test func `gives up when not subscribed in time`() {
        var machine = make(live: false)
        #expect(machine.replyReceived(.simple("PONG"), now: start + .seconds(3)) == .sendSubscribe)
        let error = RedisError(.timedOut, "not subscribed within 4.0 s")
        #expect(machine.timerFired(now: start + .seconds(4)) == .close(error))
    }

    @Test func `a refused PSUBSCRIBE is the reason for the end`() {
        var machine = make(live: false)
        _ = machine.replyReceived(.simple("PONG"), now: start)
        let reply = RESPServerError(code: "NOPERM", message: "no channels")
        #expect(machine.replyReceived(.error(reply), now: start) == .close(RedisError(reply, to: "PSUBSCRIBE")))
    }

    @Test func `closes on what belongs on no subscribed connection`() {
        var machine = make()
        let error = RedisError(.protocolViolation, "a reply came that belongs on no subscribed connection")
        #expect(machine.replyReceived(.integer(1), now: start) == .close(error))
        #expect(machine.replyReceived(words("pmessage", "p", "c"), now: start) == .close(error))
    }
}
