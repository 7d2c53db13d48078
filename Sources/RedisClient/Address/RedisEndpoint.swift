/// Where a Redis server is, and which user logs in.
///
/// The description is a URL without the password.
package struct RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    package enum Address: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unix(path: String)
        /// Whichever server these sentinels name the master.
        case sentinels(SentinelGroup)
    }

    package var address: Address
    package var database: Int
    /// The ACL user. Nil for the default user.
    package var username: String?
    package var password: Secret?
    /// Holds for all connections, also for those to sentinels.
    package var usesTLS: Bool

    package init(
        address: Address, database: Int = 0, username: String? = nil, password: Secret? = nil, usesTLS: Bool = false
    ) {
        self.address = address
        self.database = database
        self.username = username
        self.password = password
        self.usesTLS = usesTLS
    }

    package var description: String {
        let user = username.map { "\($0)@" } ?? ""
        let scheme = usesTLS ? "rediss" : "redis"
        let suffix = database == 0 ? "" : "/\(database)"
        switch address {
        case .tcp(let host, let port):
            return "\(scheme)://\(user)\(RedisHost(host: host, port: port))\(suffix)"
        case .unix(let path):
            return "unix://\(user)\(path)" + (database == 0 ? "" : "?db=\(database)")
        case .sentinels(let group):
            let hosts = group.sentinels.map(\.description).joined(separator: ",")
            return "\(scheme)+sentinel://\(user)\(hosts)/\(group.master)\(suffix)"
        }
    }
}

/// A TCP port of a host. The description is as in a URL.
package struct RedisHost: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// The sentinels that watch one master, and the name that they know it by.
package struct SentinelGroup: Sendable, Hashable {
    /// At least one. Others are learned from these.
    package let sentinels: [RedisHost]
    package let master: String

    package init(sentinels: [RedisHost], master: String) {
        self.sentinels = sentinels
        self.master = master
    }
}
