package import RESP

/// How to reach a Redis server, how long to wait for it, and how much memory to give it.
package struct RedisConfiguration: Sendable, Hashable {
    package var endpoint: RedisEndpoint
    /// From the first byte out to the end of the handshake.
    package var connectTimeout: Duration
    /// From sending a pipeline to its last reply; when it passes, the connection is closed.
    package var requestTimeout: Duration
    /// Idle time after which a PING is sent.
    package var pingInterval: Duration
    /// How long the answer to a PING may take: a stalled server gives no end-of-file.
    package var pingDeadline: Duration
    /// Shown by CLIENT LIST; a name that the server refuses is ignored.
    package var clientName: String?
    package var backoff: Backoff
    /// A body of ``RedisConnector`` that lived this long makes the backoff start anew.
    package var stableAfter: Duration
    /// Request bytes that may wait for their replies; past it a pipeline is refused, unless nothing else waits.
    package var maxPendingBytes: Int
    package var limits: RESPLimits
    /// A file whose first line is the password, in place of the endpoint's; read again for each connection.
    package var passwordFile: String?
    /// For an endpoint with TLS.
    package var tls = RedisTLS()
    /// For an endpoint that names sentinels.
    package var sentinel = SentinelAccess()

    package init(
        endpoint: RedisEndpoint, connectTimeout: Duration = .seconds(5), requestTimeout: Duration = .seconds(5),
        pingInterval: Duration = .seconds(3), pingDeadline: Duration = .seconds(3), clientName: String? = nil,
        backoff: Backoff = Backoff(), stableAfter: Duration = .seconds(1), maxPendingBytes: Int = 16 << 20,
        limits: RESPLimits = RESPLimits()
    ) {
        self.endpoint = endpoint
        self.connectTimeout = connectTimeout
        self.requestTimeout = requestTimeout
        self.pingInterval = pingInterval
        self.pingDeadline = pingDeadline
        self.clientName = clientName
        self.backoff = backoff
        self.stableAfter = stableAfter
        self.maxPendingBytes = maxPendingBytes
        self.limits = limits
    }
}
