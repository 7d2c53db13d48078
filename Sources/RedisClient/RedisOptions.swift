/// What a user may say about a connection besides its URL; shared by every program that connects to Redis.
package struct RedisOptions: Sendable, Hashable {
    /// In place of the URL's.
    package var username: String?
    /// A file whose first line is the password, in place of the URL's; read again for each connection.
    package var passwordFile: String?
    package var tls = RedisTLS()
    /// How long connecting, and how long an answer, may take.
    package var timeout: Duration = .seconds(5)
    /// Idle time after which the server is asked for a sign of life, and how long that may take.
    package var keepAlive: Duration = .seconds(3)
    /// As whom to enter the sentinels; they have users and passwords of their own.
    package var sentinelUsername: String?
    package var sentinelPasswordFile: String?

    package init() {}

    /// Throws where no password can be read from the file, naming it.
    package static func checkPasswordFile(_ path: String) throws(RedisFileError) {
        _ = try RedisFile(path: path).secret()
    }
}

extension RedisConfiguration {
    /// The configuration for a URL and what else was said.
    package init(endpoint: RedisEndpoint, options: RedisOptions, clientName: String? = nil) {
        self.init(
            endpoint: endpoint, connectTimeout: options.timeout, requestTimeout: options.timeout,
            pingInterval: options.keepAlive, pingDeadline: options.keepAlive, clientName: clientName)
        if let username = options.username { self.endpoint.username = username }
        passwordFile = options.passwordFile
        tls = options.tls
        sentinel = SentinelAccess(username: options.sentinelUsername, passwordFile: options.sentinelPasswordFile)
    }

    /// With the password as its file has it now.
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
