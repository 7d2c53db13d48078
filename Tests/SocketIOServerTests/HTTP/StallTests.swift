import EngineIO
import Hummingbird
import NIOCore
import NIOEmbedded
import SocketIOHummingbird
import TestSupport
import Testing

@testable import SocketIOServer

/// Readers that take nothing of what is written to them over HTTP.
@Suite(.timeLimit(.minutes(1)))
struct StallTests {
    /// A peer in front of the handler: it takes what was written when the test says so.
    private final class Peer: ChannelOutboundHandler {
        typealias OutboundIn = IOData
        typealias OutboundOut = IOData
        private var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }
        func flush(context: ChannelHandlerContext) {}
        func takeAll() { context?.flush() }
    }

    /// A connection over which the time is driven by hand.
    private struct Driven {
        let channel = EmbeddedChannel()
        let core: ServerCore
        let peer = Peer()

        init() throws {
            let loop = channel.embeddedEventLoop
            let context = ServerContext(.make(), eventLoop: loop, logger: .quiet)
            core = ServerCore(context, NamespaceRegistry(context))
            try channel.pipeline.syncOperations.addHandlers([peer, StallHandler(core: core)])
            channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        }

        func write(_ count: Int) {
            channel.writeAndFlush(IOData.byteBuffer(ByteBuffer(repeating: 0, count: count)), promise: nil)
        }

        func pass(seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }
    }

    @Test func `a reader that takes nothing for 20 s is cut, and said to be slow`() throws {
        let driven = try Driven()
        defer { driven.core.shutDown() }
        driven.write(100)
        driven.pass(seconds: 19)
        #expect(driven.channel.isActive)
        driven.pass(seconds: 1)
        #expect(!driven.channel.isActive)
        #expect(driven.core.statistics.violations == ["slowReader": 1])
    }

    @Test func `a reader that takes something again and again is not cut, however long it takes`() throws {
        let driven = try Driven()
        defer { driven.core.shutDown() }
        for _ in 0..<20 {
            driven.write(100)
            driven.pass(seconds: 15)
            #expect(driven.channel.isActive)
            driven.peer.takeAll()
        }
        #expect(driven.core.statistics.violations.isEmpty)
    }

    @Test func `what is written meanwhile is no progress`() throws {
        let driven = try Driven()
        defer { driven.core.shutDown() }
        for _ in 0..<4 {
            driven.write(100)
            #expect(driven.channel.isActive)
            driven.pass(seconds: 5)
        }
        #expect(!driven.channel.isActive)
    }

    @Test func `who has taken all may be silent, and has the whole time for the next answer`() throws {
        let driven = try Driven()
        defer { driven.core.shutDown() }
        driven.write(100)
        driven.peer.takeAll()
        driven.pass(seconds: 3_600)
        driven.write(100)
        driven.pass(seconds: 19)
        #expect(driven.channel.isActive)
        driven.pass(seconds: 1)
        #expect(!driven.channel.isActive)
    }

    @Test(arguments: 1...200)
    func `any taking is progress, and nothing else`(_ seed: UInt64) {
        var (state, now, movedAt) = (seed &* 0x9E37_79B9_7F4A_7C15, NIODeadline.uptimeNanoseconds(0), Int64(0))
        var (written, taken, seconds) = (0, 0, Int64(0))
        var watch = WriteWatch(timeout: .seconds(20))
        for _ in 0..<60 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let step = Int(state >> 40)
            let wasIdle = written == taken
            written += step % 3 == 0 ? step % 97 : 0
            let takes = step % 5 == 0 ? min(written - taken, step % 13) : 0
            taken += takes
            if takes > 0 || wasIdle { movedAt = seconds }
            let verdict = watch.checked(written: written, pending: written - taken, now: now)
            let expected: WriteWatch.Verdict =
                written == taken ? .idle : seconds - movedAt < 20 ? .wait(.seconds(4)) : .stalled
            #expect(verdict == expected)
            if verdict == .stalled { return }
            now = now + .seconds(4)
            seconds += 4
        }
    }

    // MARK: Over a socket

    /// Answers everything with more than the kernel takes for a peer that does not read.
    private static let large = HTTPService { _, _, _ in
        Response(
            status: .ok,
            body: ResponseBody { writer in
                for _ in 0..<1024 { try await writer.write(ByteBuffer(repeating: 0x78, count: 64 << 10)) }
                try await writer.finish(nil)
            })
    }

    @Test func `over a socket, too, a reader that takes nothing is cut, and its answer ends`() async throws {
        let configuration = SocketIOServerConfiguration.make { $0.limits.writeTimeout = .milliseconds(300) }
        try await RunningServer.with(configuration, http: Self.large) { running in
            let probe = try await HTTPProbe.connect(port: running.port)
            try await probe.channel.setOption(.autoRead, value: false).get()
            try await probe.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            while await running.server.statistics().violations["slowReader"] == nil { try await running.turn() }
            while await running.server.statistics().connections > 0 { try await running.turn() }
            try await probe.channel.setOption(.autoRead, value: true).get()
            #expect(await probe.readBytesToEnd().readableBytes < 64 << 20)
        }
    }
}
