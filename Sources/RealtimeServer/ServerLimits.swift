/// Bounds on what strangers can make the server hold or do.
public struct ServerLimits: Sendable, Equatable {
    /// Open TCP connections in all; further ones are answered 503 and closed.
    public var connections: Int = 10_000
    /// Open TCP connections from one address; further ones are answered 503 and closed.
    public var connectionsPerAddress: Int = 1_000
    /// Open TCP connections that have not sent a whole request yet; further ones are answered 503 and closed.
    /// More than one address may hold, so that it takes more than one to fill them.
    public var handshakes: Int = 2_000
    /// Packets a session may send per second, with a burst of as many.
    public var inboundPacketsPerSecond: Int = 1_000
    /// Bytes a session may send per second, with a burst of as many; at least `maxPayload` is let through.
    public var inboundBytesPerSecond: Int = 2_000_000
    /// Bytes that may wait for one session beyond what its socket took. One packet alone may be larger.
    public var outboxBytes: Int = 4 << 20
    /// The same for events under ``OverflowPolicy/resync`` over a WebSocket, where it is less: what waits there is
    /// worth little, since a fresh state replaces it.
    public var resyncBytes: Int = 128 << 10
    /// Packets that may wait for one session.
    public var outboxPackets: Int = 1_024
    /// Events of one client that may wait for handlers that take their time; more end its session.
    public var waitingEvents: Int = 1_000
    /// Answers of one client in one namespace that may be waited for; further events that expect one are not sent.
    public var pendingAcks: Int = 10_000
    /// Time from accepting a connection to the end of its first request's headers.
    public var headerTimeout: Duration = .seconds(10)
    /// Time from the end of the headers to the end of the request.
    public var requestTimeout: Duration = .seconds(30)
    /// Time a kept-alive HTTP connection may rest between two requests.
    public var idleTimeout: Duration = .seconds(60)
    /// Time a peer has to answer the closing of its WebSocket.
    public var closeTimeout: Duration = .seconds(2)
    /// Time for everything to end at shutdown; then connections are cut.
    public var shutdownTimeout: Duration = .seconds(4)

    /// The defaults.
    public init() {}
}
