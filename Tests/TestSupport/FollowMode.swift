/// How a daemon learns that something changed, and how it is made to.
package enum FollowMode: String, CaseIterable, Sendable {
    case notifications
    case polling
    case replication

    /// Arguments of a `redis-server` with a user that may do all but read and set notifications, so that only the clock
    /// is left to a follower.
    package static let restrictedUser = ["--user", "restricted", "on", ">restricted", "~*", "&*", "+@all", "-config"]

    /// The Redis URL that the daemon gets.
    package func url(port: Int) -> String {
        switch self {
        case .notifications, .replication: "redis://127.0.0.1:\(port)"
        case .polling: "redis://restricted:restricted@127.0.0.1:\(port)"
        }
    }

    /// Arguments of the daemon.
    package var daemonArguments: [String] {
        switch self {
        case .notifications, .polling: ["--follow", "notifications"]
        case .replication: ["--follow", "replication"]
        }
    }
}
