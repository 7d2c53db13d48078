import SeededRandom
import SocketIO
import TestSupport
import Testing

struct ClientSessionTests {
    private let start = ContinuousClock.now

    private func session(joined: Bool = false) -> ClientSession {
        var session = ClientSession(connectTimeout: .seconds(45), now: start)
        if joined {
            _ = session.receive(text: Array("0".utf8)) { _ in true }
            _ = session.accept(namespace: "/", id: "id")
        }
        return session
    }

    private func receive(_ text: String, _ session: inout ClientSession) -> ClientSession.ReceiveAction {
        session.receive(text: Array(text.utf8)) { ["/", "/custom"].contains($0) }
    }

    @Test func `a client joins, sends, leaves and joins again`() {
        var session = session()
        #expect(receive("0", &session) == .authorize(namespace: "/", auth: nil))
        #expect(session.accept(namespace: "/", id: "a") == true)
        #expect(receive(#"2["x"]"#, &session) == .event(namespace: "/", SocketEvent(name: "x")))
        #expect(receive("1", &session) == .left(namespace: "/"))
        #expect(receive("0{}", &session) == .authorize(namespace: "/", auth: Array("{}".utf8)))
        #expect(session.accept(namespace: "/", id: "b") == true)
    }

    @Test(arguments: ["0", "0{}"])
    func `CONNECT twice to one namespace closes`(_ text: String) {
        var session = session(joined: true)
        #expect(receive(text, &session) == .close(.connectedTwice(namespace: "/")))
    }

    @Test(arguments: [#"2["x"]"#, "1", "30[]"])
    func `a packet before CONNECT closes`(_ text: String) {
        var session = session()
        #expect(receive(text, &session) == .close(.notJoined(namespace: "/")))
    }

    @Test func `an event while the middleware decides closes`() {
        var session = session()
        #expect(receive("0", &session) == .authorize(namespace: "/", auth: nil))
        #expect(receive(#"2["x"]"#, &session) == .close(.notJoined(namespace: "/")))
    }

    @Test func `an event to a namespace not joined closes`() {
        var session = session(joined: true)
        #expect(receive(#"2/custom,["x"]"#, &session) == .close(.notJoined(namespace: "/custom")))
    }

    @Test func `an event after leaving closes`() {
        var session = session(joined: true)
        #expect(receive("1", &session) == .left(namespace: "/"))
        #expect(receive(#"2["x"]"#, &session) == .close(.notJoined(namespace: "/")))
    }

    @Test func `an unknown namespace is refused and the connection stays`() {
        var session = session(joined: true)
        #expect(receive("0/x,", &session) == .refuseUnknown(namespace: "/x"))
        #expect(receive("0/x,", &session) == .refuseUnknown(namespace: "/x"))
        #expect(receive(#"2["x"]"#, &session) == .event(namespace: "/", SocketEvent(name: "x")))
    }

    @Test func `a refused client may try again`() {
        var session = session()
        #expect(receive("0", &session) == .authorize(namespace: "/", auth: nil))
        #expect(session.leave(namespace: "/") == true)
        #expect(receive("0", &session) == .authorize(namespace: "/", auth: nil))
    }

    @Test(arguments: ["0[1]", "0\"x\"", "2{}", "2[]", "2abc[\"x\"]", #"2["disconnect"]"#, "7", "", #"4{"message":""}"#])
    func `what the official server closes on closes`(_ text: String) {
        var session = session(joined: !text.hasPrefix("0"))
        guard case .close = receive(text, &session) else {
            Issue.record("\(text) was taken")
            return
        }
    }

    @Test(arguments: ["2[1234]", #"2["unknown"]"#, "399[]", #"20["x"]"#, "0/custom"])
    func `what the official server accepts is accepted`(_ text: String) {
        var session = session(joined: true)
        if case .close(let violation) = receive(text, &session) { Issue.record("\(text): \(violation)") }
    }

    @Test func `text while attachments are pending closes, and binary that nobody announced`() {
        var pending = session(joined: true)
        #expect(receive(#"51-["x",{"_placeholder":true,"num":0}]"#, &pending) == .nothing)
        #expect(receive(#"2["x"]"#, &pending) == .close(.packet(.attachmentExpected)))
        var idle = session(joined: true)
        #expect(idle.receive(binary: [1]) == .close(.packet(.unexpectedAttachment)))
    }

    @Test func `a client that joins nothing is timed out`() {
        var session = session()
        #expect(session.deadline == start + .seconds(45))
        #expect(session.connectTimedOut(now: start + .milliseconds(44_999)) == false)
        #expect(session.connectTimedOut(now: start + .seconds(45)) == true)
        _ = receive("0", &session)
        _ = session.accept(namespace: "/", id: "a")
        #expect(session.deadline == nil)
        #expect(session.connectTimedOut(now: start + .seconds(45)) == false)
        #expect(receive("1", &session) == .left(namespace: "/"))
        #expect(session.connectTimedOut(now: start + .seconds(100)) == false)
    }

    @Test func `namespaces have a limit`() {
        var session = session()
        var last = ClientSession.ReceiveAction.nothing
        for index in 0...100 { last = session.receive(text: Array("0/\(index),".utf8)) { _ in true } }
        #expect(last == .close(.tooManyNamespaces(limit: 100)))
    }

    @Test func `random packets never leave the rules`() {
        var generator = SeededGenerator(seed: 11)
        let wires = ["0", "0/custom,", "0/x,", "1", "1/custom,", #"2["e"]"#, #"2/custom,["e"]"#, "30[]", "junk"]
        for _ in 0..<20_000 {
            var session = session()
            var joined: Set<String> = []
            for _ in 0..<12 {
                switch receive(wires[Int.random(in: wires.indices, using: &generator)], &session) {
                case .authorize(let namespace, _):
                    if joined.contains(namespace) { Issue.record("joined twice") }
                    if Bool.random(using: &generator) {
                        if session.accept(namespace: namespace, id: "a") { joined.insert(namespace) }
                    } else {
                        _ = session.leave(namespace: namespace)
                    }
                case .event(let namespace, _), .acknowledged(let namespace, _, _, _):
                    if !joined.contains(namespace) { Issue.record("event from outside") }
                case .left(let namespace):
                    if joined.remove(namespace) == nil { Issue.record("left without joining") }
                case .refuseUnknown, .nothing, .close: break
                }
            }
        }
    }
}
