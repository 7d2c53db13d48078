import NIOCore
import NIOWebSocket
import SeededRandom
import SocketIOServer
import TestSupport
import Testing

/// Clients that come, switch, break off and are cut in no order: what is counted is what is there, at every step.
@Suite(.timeLimit(.minutes(3)))
struct PlacesWalkTests {
    /// A connection, and the session that it opened.
    private struct Guest: Sendable {
        let probe: HTTPProbe
        var sid: String?
        var isWebSocket = false
    }

    private enum Step: CaseIterable {
        case arrive, askHalf, ask, openPolling, openWebSocket, poll, pollAgain, post, upgrade, finishUpgrade, sayClose
        case join, cut, halfClose, timeOut

        /// Clients come and open sessions more often than they wait.
        static let often =
            allCases + [Step](repeating: .arrive, count: 8) + [.openPolling, .openPolling, .openWebSocket]
    }

    private static let addresses = (1...4).map { "127.0.0.\($0)" }

    private static func configuration() -> SocketIOServerConfiguration {
        .make {
            $0.limits.connections = 14
            $0.limits.connectionsPerAddress = 5
            $0.limits.handshakes = 6
            $0.limits.handshakesPerAddress = 3
            $0.limits.refusedConnections = 2
            $0.limits.headerTimeout = .milliseconds(150)
            $0.limits.requestTimeout = .milliseconds(150)
            $0.limits.idleTimeout = .milliseconds(150)
            $0.limits.closeTimeout = .milliseconds(50)
            $0.connectTimeout = .milliseconds(200)
            $0.pingInterval = .milliseconds(200)
            $0.pingTimeout = .milliseconds(100)
            $0.upgradeTimeout = .milliseconds(150)
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `what is counted is what is there, whatever clients do`(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await RunningServer.with(Self.configuration(), setUp: { _ = $0.of("/") }) { running in
            var guests: [Guest] = []
            var steps: [Step] = []
            // On a busy machine deadlines end much before it is used: then the walk is longer.
            for number in 0..<5000 {
                if number >= 250, await Self.hasBeenEverywhere(running) { break }
                guests.removeAll { !$0.probe.channel.isActive }
                let step = Step.often.randomElement(using: &random) ?? .arrive
                steps.append(step)
                try await Self.perform(step, &guests, running, &random)
                guard try await running.server.inventory().isTrue else {
                    Issue.record("not so behind \(steps.suffix(12))")
                    break
                }
            }
            guests += try await Self.crowd(running)
            #expect(try await running.server.inventory().isTrue)
            for guest in guests { guest.probe.channel.close(promise: nil) }
            while try await running.server.inventory().counted != ServerInventory() { try await running.turn() }
            #expect(try await running.server.inventory().isTrue)
            #expect(await Self.hasBeenEverywhere(running))
            let statistics = await running.server.statistics()
            #expect(statistics.connectionsRefused > 0)
            #expect(statistics.violations.keys.contains { $0.hasPrefix("tooMany") })
        }
    }

    private static func hasBeenEverywhere(_ running: RunningServer) async -> Bool {
        let statistics = await running.server.statistics()
        return statistics.sessionsOpened > 10 && statistics.sessionsClosed.count > 2
    }

    /// More than one address may have, at once: on a busy machine the walk may be too slow to fill all places.
    private static func crowd(_ running: RunningServer) async throws -> [Guest] {
        try await withThrowingTaskGroup(of: Guest.self) { group in
            for _ in 0..<40 {
                group.addTask { Guest(probe: try await HTTPProbe.connect(port: running.port, from: addresses[0])) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func perform(
        _ step: Step, _ guests: inout [Guest], _ running: RunningServer, _ random: inout SeededGenerator
    ) async throws {
        if step == .arrive || guests.isEmpty {
            let address = addresses.randomElement(using: &random)
            return guests.append(Guest(probe: try await HTTPProbe.connect(port: running.port, from: address)))
        }
        let index = Int.random(in: 0..<guests.count, using: &random)
        let guest = guests[index]
        let sid = guests.compactMap(\.sid).randomElement(using: &random) ?? "none"
        let polls = "/socket.io/?EIO=4&transport=polling"
        let end = " HTTP/1.1\r\nHost: x\r\n\r\n"
        switch step {
        case .arrive: break
        case .askHalf: try? await guest.probe.send("GET / HTTP/1.1\r\nHost: ")
        case .ask: try? await guest.probe.send("GET /nothing" + end)
        case .openPolling:
            try? await guest.probe.send("GET " + polls + end)
            // Refused, or behind something else: then there is none in what comes.
            guests[index].sid = await sessionID(guest.probe, running)
        case .openWebSocket:
            try? await guest.probe.send(ReusedConnection.upgrade())
            guests[index].isWebSocket = true
        case .poll: try? await guest.probe.send("GET \(polls)&sid=\(sid)" + end)
        case .pollAgain:
            try? await guest.probe.send("GET \(polls)&sid=\(sid)" + end + "GET \(polls)&sid=\(sid)" + end)
        case .post:
            let body = ["40", "1", "3", "zzz"].randomElement(using: &random) ?? ""
            try? await guest.probe.send(
                "POST \(polls)&sid=\(sid) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n\(body)")
        case .upgrade:
            try? await guest.probe.send(ReusedConnection.upgrade(RunningServer.target + "&sid=\(sid)"))
            try? await guest.probe.send(raw: WebSocketClient.frame(opcode: .text, Array("2probe".utf8)))
            guests[index].isWebSocket = true
        case .finishUpgrade: try? await guest.probe.send(raw: WebSocketClient.frame(opcode: .text, Array("5".utf8)))
        case .sayClose: try? await guest.probe.send(raw: WebSocketClient.frame(opcode: .text, Array("41".utf8)))
        case .join: try? await guest.probe.send(raw: WebSocketClient.frame(opcode: .text, Array("40".utf8)))
        case .cut:
            guest.probe.channel.close(promise: nil)
            guests.remove(at: index)
        case .halfClose: try? await guest.probe.channel.close(mode: .output)
        case .timeOut:
            // Whatever is open has a deadline: the next one is awaited.
            let before = try await running.server.inventory().counted
            guard before.connections > 0 else { return }
            while try await running.server.inventory().counted == before { try await running.turn() }
        }
    }

    /// Of an open packet, where the server answers with one before it does anything else.
    private static func sessionID(_ probe: HTTPProbe, _ running: RunningServer) async -> String? {
        guard probe.channel.isActive, let answer = await probe.next() else { return nil }
        let parts = String(buffer: answer).split(separator: #"0{"sid":""#)
        return parts.count > 1 ? parts[1].split(separator: "\"").first.map(String.init) : nil
    }
}
