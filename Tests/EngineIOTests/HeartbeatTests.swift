import EngineIO
import Testing

struct HeartbeatTests {
    private let start = ContinuousClock.now
    private func session() -> EngineSession {
        EngineSession(openedBy: .websocket, id: "id", configuration: EngineConfiguration(), now: start)
    }

    @Test func `a ping is sent each interval after the pong`() {
        var session = session()
        #expect(session.deadline == start + .seconds(25))
        #expect(session.deadlineReached(now: start + .milliseconds(24_999)) == .wait)
        #expect(session.deadlineReached(now: start + .seconds(25)) == .sendPing)
        #expect(session.receivedText(Array("3".utf8), now: start + .seconds(26)) == .ignore)
        #expect(session.deadline == start + .seconds(51))
        #expect(session.deadlineReached(now: start + .seconds(51)) == .sendPing)
    }

    @Test func `the session closes when a pong is late`() {
        var session = session()
        #expect(session.deadlineReached(now: start + .seconds(25)) == .sendPing)
        #expect(session.deadlineReached(now: start + .milliseconds(44_999)) == .wait)
        #expect(session.deadlineReached(now: start + .seconds(45)) == .close(.pingTimeout))
        #expect(session.state == .closed(.pingTimeout))
        #expect(session.deadline == nil)
    }

    @Test func `a message does not stand for a pong`() {
        var session = session()
        #expect(session.deadlineReached(now: start + .seconds(25)) == .sendPing)
        #expect(session.receivedText(Array("4x".utf8), now: start + .seconds(30)) == .deliver(Array("x".utf8)))
        #expect(session.deadlineReached(now: start + .seconds(45)) == .close(.pingTimeout))
    }

    @Test func `a pong that nobody asked for does not move the next ping`() {
        var session = session()
        #expect(session.receivedText(Array("3".utf8), now: start + .seconds(20)) == .ignore)
        #expect(session.deadline == start + .seconds(25))
    }
}
