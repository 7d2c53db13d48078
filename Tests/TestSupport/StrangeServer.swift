internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A TCP port on loopback that is no Redis: what it sends, and when it hangs up, is the test's choice.
package final class StrangeServer: Sendable {
    private let channel: any Channel
    private let counter: Counter

    /// Connections accepted so far.
    package var accepted: Int { counter.count.withLock(\.self) }
    package var port: Int { channel.localAddress?.port ?? 0 }

    private init(channel: any Channel, counter: Counter) {
        self.channel = channel
        self.counter = counter
    }

    /// - Parameters:
    ///   - greeting: sent at once.
    ///   - answer: to each chunk of bytes received; nil hangs up.
    package static func running<Result>(
        greeting: String = "", hangsUp: Bool = false, answer: @escaping @Sendable (String) -> String? = { _ in "" },
        _ body: (StrangeServer) async throws -> Result
    ) async throws -> Result {
        let counter = Counter()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                counter.count.withLock { $0 += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Talker(greeting: greeting, hangsUp: hangsUp, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = StrangeServer(channel: channel, counter: counter)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Counter: Sendable {
        let count = Mutex(0)
    }

    private final class Talker: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let greeting: String
        private let hangsUp: Bool
        private let answer: @Sendable (String) -> String?

        init(greeting: String, hangsUp: Bool, answer: @escaping @Sendable (String) -> String?) {
            self.greeting = greeting
            self.hangsUp = hangsUp
            self.answer = answer
        }

        func channelActive(context: ChannelHandlerContext) {
            if !greeting.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: greeting)), promise: nil) }
            if hangsUp { context.close(promise: nil) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let text = answer(String(buffer: unwrapInboundIn(data))) else {
                return context.close(promise: nil)
            }
            if !text.isEmpty { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
