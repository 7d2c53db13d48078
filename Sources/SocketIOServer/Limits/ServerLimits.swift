/// Limits on what strangers can make the server hold or do.
public struct ServerLimits: Sendable, Equatable {
    /// Open TCP connections in total, and also open sessions. One more takes the place of a connection that is idle
    /// between two requests, from the address that has most of these. If none is idle, it takes the place of the oldest
    /// connection that has not sent a whole request, and then of the oldest session that has not joined a namespace, each
    /// from the address that has most of these, if its own has fewer. If there is none, the new one is answered 503 and
    /// closed.
    public var connections: Int = 10_000
    /// Open TCP connections from one address, and also open sessions from it. Further ones are answered 503. An IPv6
    /// network of 64 bits counts as one address.
    public var connectionsPerAddress: Int = 1_000
    /// Open TCP connections that have not sent a whole request yet. For one more, the oldest such connection is closed,
    /// from the address that has most of them. If the new one's own address has as many, it is answered 503.
    public var handshakes: Int = 2_000
    /// The same for one address. Further ones are answered 503 and closed.
    public var handshakesPerAddress: Int = 500
    /// Addresses without the limits per address: proxies that many people come through.
    public var unlimitedAddresses: [AddressRange] = []
    /// The bytes of one message, or of a request's header, that a client may send before it has joined a namespace.
    /// More is answered 1009, 413 or 431.
    public var unjoinedBytes: Int = 16 << 10
    /// The total bytes of unfinished input: headers, frames, fragments, attachments and bodies of POSTs. Beyond that
    /// the client that holds most is cut, beginning with the connections that have held longest.
    public var unfinishedBytes: Int = 64 << 20
    /// Packets of a session that are read per second, after a burst of the same number. A client that sends faster is
    /// read more slowly. An event's attachments belong to its packet. Too many control frames end the session
    /// (``DisconnectReason/inboundFlood``).
    public var inboundPacketsPerSecond: Int = 5_000
    /// Bytes of a session that are read per second, after a burst of the same number, or of `maxPayload` if that is
    /// more.
    public var inboundBytesPerSecond: Int = 8_000_000
    /// Bytes that may wait for one session after what its socket took. A single packet may be larger.
    public var outboxBytes: Int = 4 << 20
    /// The same for events under ``OverflowPolicy/resync`` over a WebSocket, if it is less. Such events are worth
    /// little while they wait, because a fresh state replaces them.
    public var resyncBytes: Int = 128 << 10
    /// Packets that may wait for one session.
    public var outboxPackets: Int = 1_024
    /// Events of one client that may wait for its handlers. With more, the client is not read until half of them are
    /// done. Eight times as many may wait while the server awaits an answer of the client, because the answer may come
    /// after them.
    public var waitingEvents: Int = 1_000
    /// The same in bytes. A single event may be larger.
    public var waitingBytes: Int = 1 << 20
    /// While a client is not read because of its handlers, one of them has to end within this time. Else its session
    /// ends (``DisconnectReason/handlerTimeout``).
    public var handlerTimeout: Duration = .seconds(60)
    /// How deep arrays and objects may nest in an argument of a client. More ends its session. At most 1,000; arguments
    /// that are decoded by `Codable` at most 500.
    public var jsonDepth: Int = 512
    /// How many answers of one client in one namespace the server may wait for. Further events that expect an answer
    /// are not sent.
    public var pendingAcks: Int = 10_000
    /// Requests of one connection that may wait for their answers. With more, the connection is closed.
    public var pipelinedRequests: Int = 64
    /// Refused connections that may stay until their peers have read the refusal, at most for ``closeTimeout``. Further
    /// ones are closed at once.
    public var refusedConnections: Int = 64
    /// The time from accepting a connection to the end of its first request's header.
    public var headerTimeout: Duration = .seconds(10)
    /// The time from the end of the header to the end of the request. A client that has not joined a namespace yet has
    /// at most `headerTimeout` for that, and no longer than it has for joining. Requests to the HTTP service have the
    /// whole time.
    public var requestTimeout: Duration = .seconds(30)
    /// The time for one message over a WebSocket, or for one event with attachments, from its first byte to its last.
    public var messageTimeout: Duration = .seconds(30)
    /// A peer has to take something of an HTTP answer within this time. Else its connection is closed.
    public var writeTimeout: Duration = .seconds(20)
    /// The time that an HTTP connection may be idle between two requests.
    public var idleTimeout: Duration = .seconds(60)
    /// The time that a peer has to answer when its WebSocket is closed.
    public var closeTimeout: Duration = .seconds(2)
    /// The time for everything to end at shutdown. After that, connections are cut.
    public var shutdownTimeout: Duration = .seconds(4)

    /// The defaults.
    public init() {}
}
