import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Takes frames without a channel.
protocol FrameSink {
    /// Hands over frames as one sequence of bytes. Returns how many bytes were taken from its front, which may be none.
    func send(_ batch: FrameBatch) -> Int
}

/// The socket below a channel.
///
/// Use it only while the channel is active: after that the same number may belong to another connection.
struct DirectSocket: FrameSink {
    private let handle: NIOBSDSocket.Handle

    /// Only for a channel without foreign handlers: frames do not pass any. Nil if the channel has no socket.
    init?(of channel: any Channel) {
        let pipeline = channel.pipeline.syncOperations
        guard let handle = try? pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, { $0 }) else {
            return nil
        }
        self.handle = handle
    }

    func send(_ batch: FrameBatch) -> Int {
        guard batch.others.isEmpty, let frame = batch.first else { return send(batch.frames) }
        return frame.withUnsafeReadableBytes { bytes in
            Self.count { Self.send(handle, bytes) }
        }
    }

    private func send(_ frames: [ByteBuffer]) -> Int {
        var total = 0
        for start in stride(from: 0, to: frames.count, by: Self.mostAtOnce) {
            let part = frames[start..<min(start + Self.mostAtOnce, frames.count)]
            let taken = gather(part)
            total += taken
            guard taken == part.reduce(0, { $0 + $1.readableBytes }) else { break }
        }
        return total
    }

    private func gather(_ frames: ArraySlice<ByteBuffer>) -> Int {
        withUnsafeTemporaryAllocation(of: iovec.self, capacity: frames.count) { vectors in
            for (index, frame) in frames.enumerated() {
                // The slice keeps the storage, so the pointer stays valid.
                let bytes = frame.withUnsafeReadableBytesWithStorageManagement { bytes, _ in bytes }
                let vector = iovec(
                    iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
                vectors.initializeElement(at: index, to: vector)
            }
            var message = msghdr()
            message.msg_iov = vectors.baseAddress
            message.msg_iovlen = .init(frames.count)
            return withExtendedLifetime(frames) { Self.count { sendmsg(handle, &message, Self.flags) } }
        }
    }

    /// No error is looked at: the channel gets what was not taken, and finds the same error.
    private static func count(_ call: () -> Int) -> Int {
        while true {
            let taken = call()
            if taken >= 0 { return taken }
            if errno != EINTR { return 0 }
        }
    }

    /// Far less than systems allow, and enough to make the call itself cheap.
    private static let mostAtOnce = 64

    #if canImport(Glibc)
        /// A peer that is gone must not end the process by a signal.
        private static let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)

        private static func send(_ handle: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
            Glibc.send(handle, bytes.baseAddress, bytes.count, flags)
        }
    #else
        /// NIO has switched the signal off for each socket.
        private static let flags = CInt(MSG_DONTWAIT)

        private static func send(_ handle: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
            Darwin.send(handle, bytes.baseAddress, bytes.count, flags)
        }
    #endif
}
