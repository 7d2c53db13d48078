/// Bounds on what strangers can make the server hold or do.
public struct ServerLimits: Sendable, Equatable {
    /// Open TCP connections in all. One more gets the place of one that is kept alive between two requests, of the
    /// address that holds most of those; where none rests so, it is answered 503 and closed.
    public var connections: Int = 10_000
    /// Open TCP connections from one address, and as many open sessions; further ones are answered 503. The addresses
    /// of an IPv6 network of 64 bits are one.
    public var connectionsPerAddress: Int = 1_000
    /// Open TCP connections that have not sent a whole request yet. One more gets the place of the address that holds
    /// most of them, whose oldest connection is closed; where its own address holds as many, it is answered 503.
    public var handshakes: Int = 2_000
    /// The same from one address; further ones are answered 503 and closed.
    public var handshakesPerAddress: Int = 500
    /// From where the limits per address do not count: proxies that many people come through.
    public var unlimitedAddresses: [AddressRange] = []
    /// Bytes of one message, or of a request's header, that a client may send before it has joined a namespace;
    /// more is answered 1009, 413 or 431.
    public var unjoinedBytes: Int = 16 << 10
    /// Bytes of input in all that is not whole yet: headers, frames, fragments, attachments and bodies of POSTs. Beyond
    /// that the client that holds most is cut, those of its connections first that have held longest.
    public var unfinishedBytes: Int = 64 << 20
    /// Packets of a session that are read per second, after a burst of as many; a client that sends faster is read more
    /// slowly. An event's attachments belong to its packet. Of control frames, which carry nothing, more end the
    /// session (``DisconnectReason/inboundFlood``).
    public var inboundPacketsPerSecond: Int = 5_000
    /// Bytes of a session that are read per second, after a burst of as many and of `maxPayload` at least.
    public var inboundBytesPerSecond: Int = 8_000_000
    /// Bytes that may wait for one session beyond what its socket took. One packet alone may be larger.
    public var outboxBytes: Int = 4 << 20
    /// The same for events under ``OverflowPolicy/resync`` over a WebSocket, where it is less: what waits there is
    /// worth little, since a fresh state replaces it.
    public var resyncBytes: Int = 128 << 10
    /// Packets that may wait for one session.
    public var outboxPackets: Int = 1_024
    /// Events of one client that may wait for handlers that take their time: with more, the client is not read until
    /// half of them are done. Eight times as many may wait while the server awaits an answer of the client, which may
    /// lie behind them.
    public var waitingEvents: Int = 1_000
    /// The same in bytes; one event alone may be larger.
    public var waitingBytes: Int = 1 << 20
    /// Time in which one of a client's handlers has to end while the client is not read because of them; then its
    /// session ends (``DisconnectReason/handlerTimeout``).
    public var handlerTimeout: Duration = .seconds(60)
    /// How deep arrays and objects may nest in an argument of a client; more ends its session. At most 1,000, and what
    /// passes through `Codable` 500.
    public var jsonDepth: Int = 512
    /// Answers of one client in one namespace that may be waited for; further events that expect one are not sent.
    public var pendingAcks: Int = 10_000
    /// Requests of one connection that may wait for their answers; with more it is closed.
    public var pipelinedRequests: Int = 64
    /// Connections without a place that may stay until their peers have read so, for ``closeTimeout`` at most; further
    /// ones are closed at once.
    public var refusedConnections: Int = 64
    /// Time from accepting a connection to the end of its first request's headers.
    public var headerTimeout: Duration = .seconds(10)
    /// Time from the end of the headers to the end of the request. A client that has not joined a namespace yet has no
    /// more than `headerTimeout` for that, nor longer than it has to join; requests of the HTTP service have it whole.
    public var requestTimeout: Duration = .seconds(30)
    /// Time from the first byte of a message over a WebSocket, or from the first part of an event with attachments, to
    /// its end.
    public var messageTimeout: Duration = .seconds(30)
    /// Time in which a peer has to take something of what is written to it over HTTP; then its connection is closed.
    public var writeTimeout: Duration = .seconds(20)
    /// Time a kept-alive HTTP connection may rest between two requests.
    public var idleTimeout: Duration = .seconds(60)
    /// Time a peer has to answer the closing of its WebSocket.
    public var closeTimeout: Duration = .seconds(2)
    /// Time for everything to end at shutdown; then connections are cut.
    public var shutdownTimeout: Duration = .seconds(4)

    /// The defaults.
    public init() {}
}
