import JSONBytes
import NIOCore
import NIOWebSocket
import SocketIO
import SocketIOServer
import Synchronization
import TestSupport
import Testing

/// A client that sends faster than it is to be read waits; nothing of it is lost, and nothing ends.
@Suite(.timeLimit(.minutes(2)))
struct BackPressureTests {
    /// How the client sends.
    enum Way: Sendable, CaseIterable { case immediate, awaited }

    @Test(arguments: Way.allCases)
    func `what was buffered offline is sent at once and arrives whole, in order`(_ way: Way) async throws {
        try await Self.serving { running, log in
            let client = try await Self.join(running.port)
            try await client.send(raw: Self.numbers(0..<8_000, way))
            #expect(await log.first(8_000) == Array(0..<8_000))
            #expect(await running.server.statistics().sessions == 1)
        }
    }

    @Test(arguments: Way.allCases) func `large events arrive whole`(_ way: Way) async throws {
        try await Self.serving { running, log in
            let client = try await Self.join(running.port)
            let padding = String(repeating: "x", count: 500_000)
            for number in 0..<20 { try await client.send(raw: Self.number(number, way, padding)) }
            #expect(await log.first(20) == Array(0..<20))
            #expect(await running.server.statistics().sessions == 1)
        }
    }

    @Test(arguments: Way.allCases)
    func `seven thousand events of a kilobyte arrive by the default limits`(_ way: Way) async throws {
        try await Self.serving { running, log in
            let client = try await Self.join(running.port)
            let padding = String(repeating: "x", count: 1_000)
            for start in stride(from: 0, to: 7_000, by: 350) {
                try await client.send(raw: (start..<start + 350).flatMap { Self.number($0, way, padding) })
            }
            #expect(await log.first(7_000) == Array(0..<7_000))
        }
    }

    @Test func `attachments belong to their event`() async throws {
        try await Self.serving({ $0.limits.inboundPacketsPerSecond = 200 }) { running, log in
            let client = try await Self.join(running.port)
            let places = (0..<10).map { #"{"_placeholder":true,"num":\#($0)}"# }.joined(separator: ",")
            let attachments = (0..<10).flatMap { WebSocketClient.frame(opcode: .binary, [$0]) }
            for number in 0..<100 {
                let text = Array("4510-[\"immediate\",\(number),\(places)]".utf8)
                try await client.send(raw: WebSocketClient.frame(opcode: .text, text) + attachments)
            }
            #expect(await log.first(100) == Array(0..<100))
            #expect(await running.server.statistics().readingPauses == 0)
        }
    }

    @Test func `a message in many fragments is read`() async throws {
        try await Self.serving({ $0.limits.inboundPacketsPerSecond = 1_000 }) { running, log in
            let client = try await Self.join(running.port)
            let text = Array("42[\"immediate\",7,\"\(String(repeating: "x", count: 1_500))\"]".utf8)
            let fragments = text.enumerated().flatMap { index, byte in
                WebSocketClient.frame(
                    opcode: index == 0 ? .text : .continuation, isLast: index == text.count - 1, [byte])
            }
            try await client.send(raw: fragments)
            #expect(await log.first(1) == [7])
        }
    }

    @Test func `a client that sends a lot and goes is heard to the end`() async throws {
        try await Self.serving({ $0.limits.inboundPacketsPerSecond = 500 }) { running, log in
            let client = try await Self.join(running.port)
            try await client.send(raw: Self.numbers(0..<1_000, .immediate))
            try await client.disconnect()
            #expect(await log.first(1_000) == Array(0..<1_000))
            while await running.server.statistics().sessions > 0 { await Task.yield() }
        }
    }

    // MARK: Handlers that are behind

    @Test func `no more is read of a client whose handlers are behind, and others are served`() async throws {
        try await Self.serving({ $0.limits.waitingEvents = 10 }) { running, log in
            let client = try await Self.join(running.port)
            log.hold()
            try await client.send(raw: Self.numbers(0..<1_000, .awaited))
            while await running.server.statistics().readingPauses == 0 { await Task.yield() }
            let other = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await other.emitWithAck("echo", "1") == [.number(1)])
            // CONNECT and eleven events of the one, CONNECT and the echo of the other.
            #expect(await running.server.statistics().packetsReceived == 1 + 11 + 2)
            log.release()
            #expect(await log.first(1_000) == Array(0..<1_000))
        }
    }

    @Test func `the bytes that wait have a bound too`() async throws {
        try await Self.serving({ $0.limits.waitingBytes = 100_000 }) { running, log in
            let client = try await Self.join(running.port)
            log.hold()
            let padding = String(repeating: "x", count: 30_000)
            let events = (0..<50).flatMap { Self.number($0, .awaited, padding) }
            async let sent: Void = client.send(raw: events)
            while await running.server.statistics().readingPauses == 0 { await Task.yield() }
            let other = try await SocketIOTestClient.connect(port: running.port)
            #expect(try await other.emitWithAck("echo", "1") == [.number(1)])
            #expect(await running.server.statistics().packetsReceived == 1 + 4 + 2)
            log.release()
            #expect(await log.first(50) == Array(0..<50))
            try await sent
        }
    }

    @Test func `two namespaces of one client wait together`() async throws {
        try await Self.serving({ $0.limits.waitingEvents = 10 }) { running, log in
            let client = try await Self.join(running.port)
            try await client.send(text: "40/other,")
            _ = await client.next()
            log.hold()
            let events = (0..<200).flatMap { number in
                Self.frame(number.isMultiple(of: 2) ? "42[\"awaited\",\(number)]" : "42/other,[\"awaited\",\(number)]")
            }
            try await client.send(raw: events)
            while await running.server.statistics().readingPauses == 0 { await Task.yield() }
            #expect(await running.server.statistics().packetsReceived == 2 + 11)
            log.release()
            let numbers = await log.first(200)
            #expect(numbers.filter { $0.isMultiple(of: 2) } == Array(stride(from: 0, to: 200, by: 2)))
            #expect(numbers.filter { !$0.isMultiple(of: 2) } == Array(stride(from: 1, to: 200, by: 2)))
        }
    }

    @Test func `leaving a namespace lets go of what waits for its handlers`() async throws {
        try await Self.serving({ $0.limits.waitingEvents = 10 }) { running, log in
            let client = try await Self.join(running.port)
            try await client.send(text: "40/other,")
            _ = await client.next()
            log.hold()
            try await client.send(raw: (0..<8).flatMap { Self.frame("42/other,[\"awaited\",\($0)]") })
            try await client.send(text: "41/other")
            try await client.send(raw: Self.numbers(0..<10, .awaited) + Self.frame("420[\"echo\",1]"))
            #expect(await client.next() == .text("430[1]"))
            #expect(await running.server.statistics().readingPauses == 0)
            log.release()
        }
    }

    @Test func `pings go on while a client is not read`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            $0.limits.waitingEvents = 1
            $0.pingInterval = .milliseconds(50)
        }
        try await Self.serving(change) { running, log in
            let client = try await Self.join(running.port)
            log.hold()
            try await client.send(raw: Self.numbers(0..<10, .awaited))
            var pings = 0
            while pings < 4, let frame = await client.next() { pings += frame == .text("2") ? 1 : 0 }
            log.release()
            #expect(await log.first(10) == Array(0..<10))
        }
    }

    @Test func `handlers that never end let the client go, and the application learns why`() async throws {
        let change: (inout SocketIOServerConfiguration) -> Void = {
            $0.limits.waitingEvents = 3
            $0.limits.handlerTimeout = .milliseconds(50)
        }
        try await Self.serving(change) { running, log in
            let client = try await Self.join(running.port)
            log.hold()
            try await client.send(raw: Self.numbers(0..<10, .awaited))
            #expect(await client.next() == .close(1011))
            #expect(await log.reason() == .handlerTimeout)
        }
    }

    // MARK: Answers that lie behind events

    @Test func `a handler that awaits the client's answer does not keep it from being read`() async throws {
        try await Self.serving({ $0.limits.waitingEvents = 5 }) { running, log in
            let client = try await Self.join(running.port)
            try await client.send(raw: Self.frame("42[\"ask\",20000]") + Self.numbers(0..<30, .awaited))
            #expect(await client.next() == .text("420[\"question\"]"))
            try await client.send(text: "430[99]")
            #expect(await log.first(31) == [99] + Array(0..<30))
        }
    }

    @Test func `an answer too far behind is late, and everything goes on`() async throws {
        try await Self.serving({ $0.limits.waitingEvents = 5 }) { running, log in
            let client = try await Self.join(running.port)
            try await client.send(raw: Self.frame("42[\"ask\",300]") + Self.numbers(0..<500, .awaited))
            #expect(await client.next() == .text("420[\"question\"]"))
            try await client.send(text: "430[99]")
            #expect(await log.first(501) == [-1] + Array(0..<500))
        }
    }

    // MARK: Polling

    @Test(arguments: Way.allCases)
    func `POSTs of 16 packets each are taken as the handlers are`(_ way: Way) async throws {
        try await Self.serving({ $0.limits.waitingEvents = 10 }) { running, log in
            let client = try await PollingClient.connect(port: running.port)
            for start in stride(from: 0, to: 800, by: 16) {
                let packets = (start..<start + 16).map { "42[\"\(way)\",\($0)]" }
                #expect(try await client.post(packets.joined(separator: "\u{1e}")).body == "ok")
            }
            #expect(await log.first(800) == Array(0..<800))
        }
    }

    @Test(arguments: Way.allCases) func `one POST of everything that was buffered is taken`(_ way: Way) async throws {
        try await Self.serving { running, log in
            let client = try await PollingClient.connect(port: running.port)
            let packets = (0..<8_000).map { "42[\"\(way)\",\($0)]" }
            #expect(try await client.post(packets.joined(separator: "\u{1e}")).body == "ok")
            #expect(await log.first(8_000) == Array(0..<8_000))
        }
    }

    @Test func `a POST is answered when its packets are taken, and its abort ends the session`() async throws {
        try await Self.serving({ $0.limits.waitingEvents = 10 }) { running, log in
            let client = try await PollingClient.connect(port: running.port)
            log.hold()
            let body = (0..<100).map { "42[\"awaited\",\($0)]" }.joined(separator: "\u{1e}")
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.send(
                "POST \(client.target) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            while await running.server.statistics().readingPauses == 0 { await Task.yield() }
            #expect(await running.server.statistics().packetsReceived == 1 + 11)
            try await probe.channel.close()
            #expect(await log.reason() == .transportError)
            #expect(try await client.poll().status == 400)
        }
    }

    @Test func `a POST that waits is answered when the server ends the session`() async throws {
        try await Self.serving({ $0.limits.waitingEvents = 10 }) { running, log in
            let client = try await PollingClient.connect(port: running.port)
            log.hold()
            let body = (0..<100).map { "42[\"awaited\",\($0)]" }.joined(separator: "\u{1e}")
            async let posted = client.post(body)
            while await running.server.statistics().readingPauses == 0 { await Task.yield() }
            running.server.of("/").disconnectSockets(close: true)
            #expect(try await posted.status == 400)
            log.release()
        }
    }

    @Test func `the application learns of a flood`() async throws {
        try await Self.serving({ $0.limits.inboundPacketsPerSecond = 20 }) { running, log in
            let client = try await Self.join(running.port)
            let ping = WebSocketClient.frame(opcode: .ping, [])
            // The server hangs up amid them.
            try? await client.send(raw: Array((0..<1_000).map { _ in ping }.joined()))
            #expect(await log.reason() == .inboundFlood)
        }
    }

    @Test func `all that waits and 1 reach the polls of a client that broke a rule`() async throws {
        try await Self.serving({ $0.limits.closeTimeout = .seconds(30) }) { running, log in
            let client = try await PollingClient.connect(port: running.port)
            let packets = (0..<20).map { "42\($0)[\"echo\",\($0)]" } + ["42{}"]
            #expect(try await client.post(packets.joined(separator: "\u{1e}")).body == "ok")
            #expect(await log.reason() == .parseError)
            #expect(try await client.poll().packets == (0..<16).map { "43\($0)[\($0)]" })
            #expect(try await client.poll().packets == (16..<20).map { "43\($0)[\($0)]" })
            #expect(try await client.poll().packets == ["1"])
            #expect(try await client.poll().status == 400)
        }
    }

    // MARK: Steps

    private static func frame(_ text: String) -> [UInt8] { WebSocketClient.frame(opcode: .text, Array(text.utf8)) }

    private static func number(_ number: Int, _ way: Way, _ padding: String = "") -> [UInt8] {
        frame("42[\"\(way)\",\(number),\"\(padding)\"]")
    }

    private static func numbers(_ range: Range<Int>, _ way: Way) -> [UInt8] {
        range.flatMap { number($0, way) }
    }

    private static func join(_ port: Int) async throws -> WebSocketClient {
        let client = try await WebSocketClient.connect(port: port, path: RunningServer.target)
        _ = await client.next()
        try await client.send(text: "40")
        _ = await client.next()
        return client
    }

    private static func serving(
        _ change: (inout SocketIOServerConfiguration) -> Void = { _ in },
        _ body: (RunningServer, NumberLog) async throws -> Void
    ) async throws {
        let log = NumberLog()
        let setUp: (SocketIOServer) -> Void = { server in
            for name in ["/", "/other"] {
                server.of(name).onConnection { socket in
                    socket.onEvent("echo") { $0.ack?($0.content) }
                    socket.onEvent("immediate") { event in
                        if let number = try? event.content.decode(as: Int.self) { log.add(number) }
                    }
                    socket.on("awaited") { (number: Int) in
                        await log.untilReleased()
                        log.add(number)
                    }
                    socket.on("ask") { [weak socket] (timeout: Int) in
                        let answer = try? await socket?.emitWithAck(
                            "question", as: Int.self, timeout: .milliseconds(timeout))
                        log.add(answer ?? -1)
                    }
                    socket.onDisconnect { log.left($0) }
                }
            }
        }
        try await RunningServer.with(.make(change), setUp: setUp) { try await body($0, log) }
    }
}

/// What handlers were given, and a gate that they wait at.
private final class NumberLog: Sendable {
    private let numbers: AsyncStream<Int>
    private let numberSink: AsyncStream<Int>.Continuation
    private let reasons: AsyncStream<DisconnectReason>
    private let reasonSink: AsyncStream<DisconnectReason>.Continuation
    private let gate = Mutex<(isHeld: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    init() {
        (numbers, numberSink) = AsyncStream.makeStream()
        (reasons, reasonSink) = AsyncStream.makeStream()
    }

    func add(_ number: Int) { numberSink.yield(number) }
    func left(_ reason: DisconnectReason) { reasonSink.yield(reason) }

    /// The first numbers, once so many are there.
    func first(_ count: Int) async -> [Int] {
        var found: [Int] = []
        for await number in numbers {
            found.append(number)
            if found.count == count { break }
        }
        return found
    }

    func reason() async -> DisconnectReason? {
        for await reason in reasons { return reason }
        return nil
    }

    func hold() { gate.withLock { $0.isHeld = true } }

    func release() {
        let waiting = gate.withLock { gate in
            defer { gate = (false, []) }
            return gate.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func untilReleased() async {
        await withCheckedContinuation { continuation in
            let isFree = gate.withLock { gate in
                if gate.isHeld { gate.waiting.append(continuation) }
                return !gate.isHeld
            }
            if isFree { continuation.resume() }
        }
    }
}
