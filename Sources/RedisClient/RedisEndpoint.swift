/// Where a Redis server is and as whom to enter it.
///
/// The description is a URL without the password.
package struct RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    package enum Address: Sendable, Hashable {
        case tcp(host: String, port: Int)
        case unix(path: String)
    }

    /// `sockaddr_un.sun_path` of Linux, less the closing zero byte.
    static let socketPathBytes = 107

    package var address: Address
    package var database: Int
    /// The ACL user; nil enters the default user.
    package var username: String?
    package var password: Secret?

    package init(address: Address, database: Int = 0, username: String? = nil, password: Secret? = nil) {
        self.address = address
        self.database = database
        self.username = username
        self.password = password
    }

    package var description: String {
        let user = username.map { "\($0)@" } ?? ""
        switch address {
        case .tcp(let host, let port):
            let bracketed = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
            return "redis://\(user)\(bracketed):\(port)" + (database == 0 ? "" : "/\(database)")
        case .unix(let path):
            return "unix://\(user)\(path)" + (database == 0 ? "" : "?db=\(database)")
        }
    }
}
