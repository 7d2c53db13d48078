import SocketIOServer

/// The sockets that join, one after another.
struct JoinedSockets: Sendable {
    private let stream: AsyncStream<Socket>
    private let sink: AsyncStream<Socket>.Continuation

    init() { (stream, sink) = AsyncStream.makeStream(of: Socket.self) }

    func add(_ socket: Socket) { sink.yield(socket) }

    /// Waits for the next one.
    func next() async throws -> Socket {
        for await socket in stream { return socket }
        throw CancellationError()
    }
}
