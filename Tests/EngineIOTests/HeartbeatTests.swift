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

    @Test func `the time-out counts from when the ping was due`() {
        var session = session()
        #expect(session.deadlineReached(now: start + .milliseconds(25_900)) == .sendPing)
        #expect(session.deadline == start + .seconds(45))
    }

    @Test func `a server that is very late itself gives the client a quarter of the time-out`() {
        var session = session()
        #expect(session.deadlineReached(now: start + .seconds(100)) == .sendPing)
        #expect(session.deadline == start + .seconds(105))
        #expect(session.receivedText(Array("3".utf8), now: start + .seconds(101)) == .ignore)
        #expect(session.deadline == start + .seconds(126))
    }

    @Test func `while nothing is read no pong is late, and pings go on`() {
        var session = session()
        #expect(session.deadlineReached(now: start + .seconds(25)) == .sendPing)
        session.readingPaused(now: start + .seconds(30))
        #expect(session.deadline == start + .seconds(50))
        #expect(session.deadlineReached(now: start + .seconds(50)) == .sendPing)
        #expect(session.deadlineReached(now: start + .seconds(75)) == .sendPing)
        session.readingResumed(now: start + .seconds(80))
        // Five seconds of the twenty had gone when reading stopped.
        #expect(session.deadline == start + .seconds(95))
        #expect(session.deadlineReached(now: start + .seconds(95)) == .close(.pingTimeout))
    }

    @Test func `a client that owes nothing when it is not read owes a pong for what it is sent then`() {
        var session = session()
        session.readingPaused(now: start + .seconds(10))
        session.readingResumed(now: start + .seconds(11))
        #expect(session.deadline == start + .seconds(25))
        session.readingPaused(now: start + .seconds(12))
        #expect(session.deadlineReached(now: start + .seconds(25)) == .sendPing)
        session.readingResumed(now: start + .seconds(30))
        #expect(session.deadline == start + .seconds(50))
    }

    @Test func `a pause at the last moment leaves time to find the pong`() {
        var session = session()
        #expect(session.deadlineReached(now: start + .seconds(25)) == .sendPing)
        session.readingPaused(now: start + .seconds(45))
        session.readingResumed(now: start + .seconds(46))
        #expect(session.deadline == start + .seconds(51))
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
