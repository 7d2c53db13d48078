internal import Logging
package import NIOCore
internal import RESP

/// A channel handler for connections on which Redis sends one reply after another.
///
/// A subclass adds what its state machine makes of each reply.
class RedisReplyChannelHandler<Machine: RedisStateMachine>: RedisChannelHandler<Machine> {
    private var reader: RESPReader

    init(
        _ machine: Machine, opening: [RESPCommand], limits: RESPLimits, ready: EventLoopPromise<Void>, logger: Logger
    ) {
        reader = RESPReader(limits: limits)
        super.init(machine, opening: opening, ready: ready, logger: logger)
    }

    /// One reply, in the order in which Redis sent them. To be overridden.
    func replyReceived(_ value: RESPValue, now: NIODeadline) {}

    final override func received(_ bytes: ByteBuffer, now: NIODeadline) {
        bytes.withUnsafeReadableBytes { reader.feed($0) }
        do throws(RESPError) {
            while let value = try reader.next() { replyReceived(value, now: now) }
        } catch {
            end(RedisError(error))
        }
    }
}

/// A connection on which Redis speaks without being asked: it is listened to until it ends, and never reopened.
package protocol RedisListening: Sendable {
    var channel: any Channel { get }
}

extension RedisListening {
    /// Succeeds when the connection has ended, for whatever reason.
    package var closeFuture: EventLoopFuture<Void> { channel.closeFuture }

    /// Returns when the connection is closed. Nothing is delivered after that.
    package func close() async {
        try? await channel.close()
        try? await channel.closeFuture.get()
    }
}
