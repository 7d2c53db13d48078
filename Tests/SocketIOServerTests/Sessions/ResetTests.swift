import Glibc
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import SocketIOServer

/// Clients whose connection is reset while they are being sent something.
@Suite(.timeLimit(.minutes(1)))
struct ResetTests {
    @Test func `who waits for a client that was reset is told, once for each`() async throws {
        let count = 200
        let (cleared, sink) = AsyncStream.makeStream(of: String.self)
        let joined = Atomic(0)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                let id = socket.id
                joined.add(1, ordering: .relaxed)
                try socket.emit("hello", String(repeating: "x", count: 1_000))
                socket.whenClear { sink.yield(id) }
            }
        }
        try await RunningServer.with(setUp: setUp) { running in
            for _ in 0..<count {
                let client = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
                // With nothing to linger for, the kernel sends RST in place of FIN.
                let options = try #require(client.channel as? any SocketOptionProvider)
                try await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
                try await client.send(text: "40")
                try await client.channel.close()
            }
            var statistics = await running.server.statistics()
            while statistics.sessionsOpened < count || statistics.sessions > 0 {
                statistics = await running.server.statistics()
            }
            // Some may be reset before they are read: those never join.
            let joined = joined.load(ordering: .relaxed)
            #expect(joined > 0)
            var told: [String] = []
            for await id in cleared {
                told.append(id)
                if told.count == joined { break }
            }
            #expect(Set(told).count == joined)
        }
    }

    @Test func `who waits for a client that takes nothing is told when that is reset`() async throws {
        let (events, sink) = AsyncStream.makeStream(of: String.self)
        let configuration = SocketIOServerConfiguration.make { $0.limits.outboxBytes = 64 << 20 }
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").onConnection { socket in
                // More than the kernel takes for a client that does not read.
                for _ in 0..<32 { try socket.emit("hello", String(repeating: "x", count: 1 << 20)) }
                socket.onDisconnect { _ in sink.yield("gone") }
                socket.whenClear { sink.yield("clear") }
                sink.yield("asked")
            }
        }
        try await RunningServer.with(configuration, setUp: setUp) { running in
            let client = try await WebSocketClient.connect(port: running.port, path: RunningServer.target)
            try await client.setReading(false)
            try await client.send(text: "40")
            var told = events.makeAsyncIterator()
            #expect(await told.next() == "asked")
            // The turn has ended in which it was sent: now somebody waits.
            try await running.turn()
            try await client.channel.close()
            let both = [await told.next(), await told.next()]
            #expect(Set(both) == ["clear", "gone"])
        }
    }

    @Test(arguments: 0...3) func `a ticket completes once, when its turn and all who took it are through`(takers: Int) {
        let completed = Atomic(0)
        let ticket = FlushTicket { completed.add(1, ordering: .relaxed) }
        for _ in 0..<takers { ticket.awaitsOneMore() }
        for _ in 0..<takers {
            ticket.cleared()
            #expect(completed.load(ordering: .relaxed) == 0)
        }
        ticket.cleared()
        #expect(completed.load(ordering: .relaxed) == 1)
    }
}
