import EngineIO
import NIOCore
import NIOEmbedded
import NIOWebSocket
import TestSupport
import Testing

@testable import SocketIOServer

/// Frames go to the socket itself, and through the channel only what that does not take.
struct DirectWritesTests {
    /// A kernel that takes what it is told to.
    private final class Kernel: FrameSink {
        /// How many bytes the next calls take; all where nothing is said.
        var takes: [Int] = []
        var calls = 0
        var wire: [UInt8] = []

        func send(_ batch: FrameBatch) -> Int {
            calls += 1
            let bytes = batch.frames.flatMap { Array($0.readableBytesView) }
            let taken = takes.isEmpty ? bytes.count : min(takes.removeFirst(), bytes.count)
            wire += bytes[..<taken]
            return taken
        }
    }

    /// Keeps the channel from writing while it is shut.
    private final class Dam: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var isShut = false

        func flush(context: ChannelHandlerContext) {
            if !isShut { context.flush() }
        }
    }

    private final class Link {
        let channel = EmbeddedChannel()
        let kernel = Kernel()
        let dam = Dam()
        let handler: WebSocketHandler

        init() throws {
            handler = WebSocketHandler(ServerLimits(), LoopClock(channel.eventLoop), socket: kernel)
            try channel.pipeline.syncOperations.addHandlers([dam, handler])
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/")).wait()
        }

        func send(_ frames: [[UInt8]]) {
            for frame in frames { handler.write(frame: ByteBuffer(bytes: frame)) }
            handler.flush()
        }

        /// The channel gets rid of what it holds, behind what the kernel took itself.
        func release() throws {
            dam.isShut = false
            channel.flush()
            try collect()
        }

        func collect() throws {
            while let bytes = try channel.readOutbound(as: ByteBuffer.self) { kernel.wire += bytes.readableBytesView }
        }
    }

    private static let batches: [[[UInt8]]] = [
        [Array(0..<7)], [Array(0..<5), Array(10..<12)], [Array(0..<4), [20], [], Array(30..<36)],
    ]

    @Test(arguments: batches)
    func `a short write at any byte loses nothing and lets nothing overtake`(_ batch: [[UInt8]]) throws {
        let whole = batch.flatMap { $0 }
        for taken in 0...whole.count {
            let link = try Link()
            link.kernel.takes = [taken]
            link.dam.isShut = true
            link.send(batch)
            #expect(link.kernel.wire == Array(whole[..<taken]))
            // The next batch waits behind what the channel holds.
            link.send([[100, 101], [102]])
            #expect(link.kernel.calls == (taken < whole.count ? 1 : 2))
            try link.release()
            // With an empty channel the socket is used again.
            link.send([[103]])
            #expect(link.kernel.calls == (taken < whole.count ? 2 : 3))
            #expect(link.kernel.wire == whole + Array(100...103), "\(taken) of \(whole.count) bytes taken")
        }
    }

    @Test func `short writes again and again keep the order`() throws {
        for step in 1...9 {
            let link = try Link()
            var expected: [UInt8] = []
            for round in 0..<40 {
                link.kernel.takes = [round % step]
                let frames = [Array(repeating: UInt8(round), count: round % 7 + 1), [UInt8(200 + round)]]
                link.send(frames)
                // The channel is free at once, and the kernel with it.
                try link.collect()
                expected += frames.flatMap { $0 }
            }
            #expect(link.kernel.wire == expected)
            #expect(link.kernel.calls == 40)
        }
    }

    @Test func `what the channel holds at the beginning goes first`() throws {
        let link = try Link()
        link.dam.isShut = true
        link.channel.writeAndFlush(ByteBuffer(string: "HTTP/1.1 101"), promise: nil)
        link.send([[1, 2]])
        #expect(link.kernel.calls == 0)
        try link.release()
        #expect(link.kernel.wire == Array("HTTP/1.1 101".utf8) + [1, 2])
        link.send([[3]])
        #expect(link.kernel.calls == 1)
    }

    @Test func `pongs and close frames keep the order too`() throws {
        let link = try Link()
        link.kernel.takes = [1]
        link.dam.isShut = true
        link.send([[1, 2, 3]])
        link.handler.close(.forcedServerClose)
        #expect(link.kernel.calls == 1)
        try link.release()
        #expect(link.kernel.wire == [1, 2, 3, 0x88, 0])
    }

    @Test func `frames of one turn that were not flushed go before a close`() throws {
        let link = try Link()
        link.handler.write(frame: ByteBuffer(bytes: [1, 2, 3]))
        link.handler.close(.forcedServerClose)
        #expect(link.kernel.wire == [1, 2, 3, 0x88, 0])
        #expect(link.kernel.calls == 1)
    }

    @Test func `the socket of a closed channel is not touched, for another may have its number`() throws {
        let link = try Link()
        link.send([[1]])
        link.handler.write(frame: ByteBuffer(bytes: [2]))
        try link.channel.close().wait()
        link.handler.flush()
        link.send([[3]])
        #expect(link.kernel.wire == [1])
        link.channel.embeddedEventLoop.run()
        link.send([[4]])
        #expect(link.kernel.wire == [1])
    }

    @Test func `without a socket all goes through the channel`() throws {
        let channel = EmbeddedChannel()
        let handler = WebSocketHandler(ServerLimits(), LoopClock(channel.eventLoop))
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/")).wait()
        for byte in 1...3 { handler.write(frame: ByteBuffer(bytes: [UInt8(byte)])) }
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        handler.flush()
        for byte in 1...3 {
            #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [UInt8(byte)]))
        }
    }
}
