import EngineIO
import Testing

struct PollingSessionTests {
    private let start = ContinuousClock.now

    private func session() -> EngineSession {
        EngineSession(openedBy: .polling, id: "sid", configuration: EngineConfiguration(), now: start)
    }

    private func probing(answered: Bool) -> EngineSession {
        var session = session()
        _ = session.upgradeRequested(now: start)
        if answered { _ = session.probeReceived(Array("2probe".utf8)) }
        return session
    }

    @Test func `polling names the WebSocket as its upgrade`() {
        let text = String(decoding: session().openPacket.text, as: UTF8.self)
        #expect(text.hasPrefix(#"0{"sid":"sid","upgrades":["websocket"],"pingInterval":25000,"#))
    }

    @Test func `one poll waits, and the next may once it is answered`() {
        var session = session()
        #expect(session.pollReceived() == .park)
        session.pollAnswered()
        #expect(session.pollReceived() == .park)
    }

    @Test(arguments: [false, true])
    func `a second poll beside a waiting one ends the session`(isProbing: Bool) {
        var session = isProbing ? probing(answered: false) : session()
        #expect(session.pollReceived() == .park)
        #expect(session.pollReceived() == .overlap(.transportError))
        #expect(session.pollReceived() == .refuse(.unknownSession))
    }

    @Test func `an aborted poll ends the session, an answered one does not`() {
        var session = session()
        #expect(session.pollAborted() == .ignore)
        _ = session.pollReceived()
        #expect(session.pollAborted() == .close(.transportError))
        #expect(session.pollAborted() == .ignore)
    }

    @Test func `a second POST beside one that is read ends the session`() {
        var session = session()
        #expect(session.postBegan() == .read)
        session.postEnded()
        #expect(session.postBegan() == .read)
        #expect(session.postBegan() == .overlap(.transportError))
        #expect(session.postBegan() == .refuse(.unknownSession))
    }

    @Test func `an aborted POST ends the session`() {
        var session = session()
        #expect(session.postAborted() == .ignore)
        _ = session.postBegan()
        #expect(session.postAborted() == .close(.transportError))
    }

    @Test func `the upgrade goes probe, pong, upgrade`() {
        var session = session()
        #expect(session.upgradeRequested(now: start) == true)
        #expect(session.probeReceived(Array("2probe".utf8)) == .answer(.pong(Array("probe".utf8))))
        #expect(session.pollReceived() == .answerAtOnce)
        session.pollAnswered()
        #expect(session.probeReceived(Array("5".utf8)) == .complete)
        #expect(session.pollReceived() == .refuse(.badRequest))
        #expect(session.postBegan() == .refuse(.badRequest))
        #expect(session.receivedText(Array("4x".utf8), now: start) == .deliver(Array("x".utf8)))
    }

    @Test(arguments: ["5", "2", "2other", "4x", "", "zzz", "6"])
    func `anything but a probe leaves the session on polling`(_ text: String) {
        var session = probing(answered: false)
        #expect(session.probeReceived(Array(text.utf8)) == .abandon)
        #expect(session.pollReceived() == .park)
        #expect(session.upgradeRequested(now: start) == true)
    }

    @Test func `a second WebSocket is refused while one probes and after it took over`() {
        var session = probing(answered: true)
        #expect(session.upgradeRequested(now: start) == false)
        _ = session.probeReceived(Array("5".utf8))
        #expect(session.upgradeRequested(now: start) == false)
        _ = session.close(.forcedServerClose)
        #expect(session.upgradeRequested(now: start) == false)
    }

    @Test func `a probe that takes too long is abandoned and polling goes on`() {
        var session = probing(answered: true)
        #expect(session.deadline == start + .seconds(10))
        #expect(session.deadlineReached(now: start + .seconds(9)) == .wait)
        #expect(session.deadlineReached(now: start + .seconds(10)) == .abandonProbe)
        #expect(session.pollReceived() == .park)
        #expect(session.probeReceived(Array("5".utf8)) == .ignore)
    }

    @Test func `the heartbeat goes on across the switch`() {
        var session = probing(answered: true)
        #expect(session.deadlineReached(now: start + .seconds(25)) == .sendPing)
        _ = session.probeReceived(Array("5".utf8))
        #expect(session.deadline == start + .seconds(45))
        #expect(session.deadlineReached(now: start + .seconds(45)) == .close(.pingTimeout))
    }

    @Test(arguments: [("1", CloseReason.transportClose), ("2", .invalidHeartbeatDirection)])
    func `a close or a ping in a POST ends the session`(_ text: String, _ reason: CloseReason) throws {
        var session = session()
        #expect(session.received(try EnginePacket(text: Array(text.utf8)), now: start) == .close(reason))
    }
}
