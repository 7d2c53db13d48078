import EngineIO
import SeededRandom
import TestSupport
import Testing

struct EngineSessionTests {
    private let start = ContinuousClock.now

    private func session() -> EngineSession {
        EngineSession(
            openedBy: .websocket, id: "lv_VI97HAXpY6yYWAAAC", configuration: EngineConfiguration(), now: start)
    }

    @Test func `the open packet has exactly the five official keys`() {
        let expected =
            #"0{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
        #expect(String(decoding: session().openPacket.text, as: UTF8.self) == expected)
    }

    @Test func `the open packet names the upgrades of polling`() {
        let packet = EngineConfiguration().openPacket(sessionID: "x", upgrades: [.websocket])
        #expect(String(decoding: packet.text, as: UTF8.self).contains(#""upgrades":["websocket"]"#))
    }

    @Test(arguments: ["0", "0{}", "3", "3probe", "5", "6"])
    func `a client's stray open, pong, upgrade or noop is ignored`(_ text: String) {
        var session = session()
        #expect(session.receivedText(Array(text.utf8), now: start) == .ignore)
        #expect(!session.isClosed)
    }

    @Test(arguments: [
        ("2", CloseReason.invalidHeartbeatDirection), ("2probe", .invalidHeartbeatDirection), ("", .parseError),
        ("7", .parseError), ("abc", .parseError), ("b*", .parseError), ("1", .transportClose),
    ])
    func `a client's ping, close or garbage ends the session`(_ text: String, _ reason: CloseReason) {
        var session = session()
        #expect(session.receivedText(Array(text.utf8), now: start) == .close(reason))
        #expect(session.state == .closed(reason))
    }

    @Test func `base64 in a text frame is a binary message`() {
        var session = session()
        #expect(session.receivedText(Array("bAQIDBA==".utf8), now: start) == .deliverBinary([1, 2, 3, 4]))
    }

    @Test func `nothing happens after the end`() {
        var session = session()
        #expect(session.close(.forcedServerClose) == true)
        #expect(session.close(.transportClose) == false)
        #expect(session.receivedText(Array("4x".utf8), now: start) == .ignore)
        #expect(session.receivedBinary([1]) == .ignore)
        #expect(session.deadlineReached(now: start + .seconds(100)) == .wait)
        #expect(session.state == .closed(.forcedServerClose))
    }

    @Test func `random frames and times never leave the rules`() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("0123456b=A7".utf8)
        for _ in 0..<20_000 {
            var session = session()
            var now = start
            var isClosed = false
            for _ in 0..<10 {
                now += .seconds(Int.random(in: 0...30, using: &generator))
                let text = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    alphabet[Int.random(in: alphabet.indices, using: &generator)]
                }
                let closed: Bool
                switch Int.random(in: 0...2, using: &generator) {
                case 0:
                    if case .close = session.deadlineReached(now: now) { closed = true } else { closed = false }
                case 1:
                    if case .close = session.receivedText(text, now: now) { closed = true } else { closed = false }
                default:
                    closed = false
                    let action = session.receivedBinary(text)
                    #expect(action == (isClosed ? .ignore : .deliverBinary(text)))
                }
                if closed, isClosed { Issue.record("closed twice") }
                isClosed = isClosed || closed
                if session.isClosed != isClosed || (session.deadline == nil) != isClosed { Issue.record("state lies") }
            }
        }
    }

    @Test func `session ids are 20 characters that a URL may hold, and differ`() {
        let ids = (0..<1_000).map { _ in EngineSessionID.random() }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 20 })
        #expect(ids.joined().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }
}
