import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How much of what was written to a connection its peer has not taken: what the channel keeps, and what the kernel
/// does.
enum UntakenBytes {
    static func of(_ channel: any Channel) -> Int {
        let pending = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return pending + kept(by: channel)
    }

    /// Sent bytes that the peer's kernel has not acknowledged count, too: it takes more only as the peer reads.
    private static func kept(by channel: any Channel) -> Int {
        let count = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            socket in
            var count: CInt = 0
            return ioctl(socket, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
        }
        return count ?? 0
    }
}
