package import RESP

/// How to reach a Redis server, how long to wait for it, and how much memory to give it.
package struct RedisConfiguration: Sendable, Hashable {
    package var endpoint: RedisEndpoint
    /// From the first byte out to the end of the handshake.
    package var connectTimeout: Duration
    /// From sending a pipeline to its last reply. When it passes, the connection is closed.
    package var requestTimeout: Duration
    /// How long the connection may be idle before a PING is sent.
    package var pingInterval: Duration
    /// How long the answer to a PING may take: a server that stalls does not close its connections.
    package var pingDeadline: Duration
    /// Shown by CLIENT LIST. It is no error when the server refuses it.
    package var clientName: String?
    package var backoff: Backoff
    /// When the work of a ``RedisConnector`` lasted this long, the backoff starts anew.
    package var stableAfter: Duration
    /// How many request bytes may wait for replies. Beyond that a pipeline is refused, unless nothing else waits.
    package var maxPendingBytes: Int
    package var limits: RESPLimits
    /// A file whose first line is the password, in place of the endpoint's. It is read again for each connection.
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

/// The user and password for the sentinels, which are not those of the servers they watch.
package struct SentinelAccess: Sendable, Hashable {
    package var username: String?
    /// A file whose first line is the password. It is read again for each connection.
    package var passwordFile: String?

    package init(username: String? = nil, passwordFile: String? = nil) {
        self.username = username
        self.passwordFile = passwordFile
    }
}

/// What a user may set for a connection besides its URL, in every program that connects to Redis.
package struct RedisOptions: Sendable, Hashable {
    /// In place of the user in the URL.
    package var username: String?
    /// A file whose first line is the password, in place of the URL's. It is read again for each connection.
    package var passwordFile: String?
    package var tls = RedisTLS()
    /// How long it may take to connect, and how long an answer may take.
    package var timeout: Duration = .seconds(5)
    /// How long the connection may be idle before a PING is sent, and how long its answer may take.
    package var keepAlive: Duration = .seconds(3)
    /// See ``SentinelAccess``.
    package var sentinelUsername: String?
    package var sentinelPasswordFile: String?

    package init() {}

    /// Throws where no password can be read from the file. The error names the file.
    package static func checkPasswordFile(_ path: String) throws(RedisFileError) {
        _ = try RedisFile(path: path).secret()
    }
}

extension RedisConfiguration {
    /// The configuration for a URL and the options of a user.
    package init(endpoint: RedisEndpoint, options: RedisOptions, clientName: String? = nil) {
        self.init(
            endpoint: endpoint, connectTimeout: options.timeout, requestTimeout: options.timeout,
            pingInterval: options.keepAlive, pingDeadline: options.keepAlive, clientName: clientName)
        if let username = options.username { self.endpoint.username = username }
        passwordFile = options.passwordFile
        tls = options.tls
        sentinel = SentinelAccess(username: options.sentinelUsername, passwordFile: options.sentinelPasswordFile)
    }

    /// With the password that the file holds now.
    func withCurrentPassword() throws(RedisError) -> RedisConfiguration {
        guard let passwordFile else { return self }
        var current = self
        do throws(RedisFileError) {
            current.endpoint.password = try RedisFile(path: passwordFile).secret()
        } catch {
            throw RedisError(.configuration, "\(endpoint): the password file \(error)", underlying: error)
        }
        return current
    }
}
