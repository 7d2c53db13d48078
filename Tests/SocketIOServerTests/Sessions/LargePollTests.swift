import NIOCore
import TestSupport
import Testing

@testable import SocketIOServer

/// Large packets over polling: their bytes are there once, whoever reads them how slowly.
@Suite(.timeLimit(.minutes(1)))
struct LargePollTests {
    private static func packet(_ tag: String) -> ByteBuffer {
        ByteBuffer(string: tag + String(repeating: "0123456789", count: 20_000))
    }

    private static func address(_ buffer: ByteBuffer?) -> UnsafeRawPointer? {
        buffer?.withUnsafeReadableBytes { $0.baseAddress }
    }

    @Test func `a large packet is compressed once for all who poll for it`() throws {
        var shelf = GzipShelf()
        let (now, packet) = (ContinuousClock.now, Self.packet("a"))
        let compressed = shelf.compress([packet], now: now)
        let first = try #require(compressed)
        let length = packet.readableBytes
        let slice = try #require(packet.getSlice(at: packet.readerIndex, length: length))
        let again = shelf.compress([slice], now: now)
        #expect(Self.address(again) == Self.address(first))
        let other = shelf.compress([Self.packet("b")], now: now)
        #expect(Self.address(other) != Self.address(first))
        let later = shelf.compress([packet], now: now + GzipShelf.shelfLife)
        #expect(Self.address(later) != Self.address(first))
        shelf.clear(now: now + GzipShelf.shelfLife * 3)
        #expect(shelf.isEmpty)
    }

    @Test func `compressed bytes take no more room than they need`() throws {
        let whole = try #require(Gzip.compress([Self.packet("a")]))
        #expect(whole.storageCapacity < 8 * whole.readableBytes)
    }

    @Test func `a large packet goes with an answer of its own, in its turn`() async throws {
        try await RunningServer.with(setUp: { _ = $0.of("/") }) { running in
            let client = try await PollingClient.connect(port: running.port)
            let namespace = running.server.of("/")
            try namespace.emit("small", 1)
            try namespace.emit("large", String(repeating: "x", count: 100_000))
            try namespace.emit("small", 2)
            #expect(try await client.poll().body == #"42["small",1]"#)
            #expect(try await client.poll().body.utf8.count > 100_000)
            #expect(try await client.poll().body == #"42["small",2]"#)
        }
    }

    @Test func `a poller that does not read its answer is congested until it has taken it`() async throws {
        let joined = JoinedSockets()
        try await RunningServer.with(setUp: { $0.of("/").onConnection { joined.add($0) } }) { running in
            let client = try await PollingClient.connect(port: running.port)
            let socket = try await joined.next()
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.channel.setOption(.autoRead, value: false).get()
            try await probe.send("GET \(client.target) HTTP/1.1\r\nHost: x\r\n\r\n")
            try await client.untilWaiting()
            try socket.emit("large", String(repeating: "x", count: 8 << 20))
            let (cleared, sink) = AsyncStream.makeStream(of: Void.self)
            socket.whenClear { sink.yield() }
            for _ in 0..<20 { try await running.turn() }
            #expect(try await running.server.eventLoop.submit { socket.isCongested }.get())
            try await probe.channel.setOption(.autoRead, value: true).get()
            for await _ in cleared { break }
            #expect(try await !running.server.eventLoop.submit { socket.isCongested }.get())
        }
    }

    @Test func `a poller that stays away has a fresh state made when it comes, and not before`() async throws {
        let joined = JoinedSockets()
        let (drains, sink) = AsyncStream.makeStream(of: Void.self)
        let setUp: (SocketIOServer) -> Void = { server in
            server.of("/").overflow = .resync
            server.of("/").onConnection { socket in
                socket.onDrained {
                    sink.yield()
                    try? socket.emit("fresh")
                }
                joined.add(socket)
            }
        }
        try await RunningServer.with(.make { $0.limits.resyncBytes = 50_000 }, setUp: setUp) { running in
            let client = try await PollingClient.connect(port: running.port)
            let socket = try await joined.next()
            // A large state may wait; what comes behind it is bounded.
            try socket.emit("state", String(repeating: "x", count: 1 << 20))
            for number in 0..<100 { try socket.emit("change", number, String(repeating: "x", count: 1_000)) }
            while await running.server.statistics().resyncs == 0 { try await running.turn() }
            for _ in 0..<20 { try await running.turn() }
            #expect(await running.server.statistics().resyncs == 1)
            let answer = try await client.poll()
            for await _ in drains { break }
            #expect(answer.packets.last == #"42["fresh"]"#)
        }
    }
}
