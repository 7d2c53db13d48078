import ArgumentParser

/// How the daemon learns that something changed, and how it is made to.
enum FollowMode: String, CaseIterable, Sendable, ExpressibleByArgument {
    case notifications
    case polling
    case replication

    /// A user that may do all but read and set notifications, so that only the clock is left.
    static let restrictedUser = ["--user", "restricted", "on", ">restricted", "~*", "&*", "+@all", "-config"]

    /// The Redis URL that the daemon gets.
    func url(port: Int) -> String {
        switch self {
        case .notifications, .replication: "redis://127.0.0.1:\(port)"
        case .polling: "redis://restricted:restricted@127.0.0.1:\(port)"
        }
    }

    var daemonArguments: [String] {
        switch self {
        case .notifications, .polling: []
        case .replication: ["--follow", "replication"]
        }
    }
}

/// What `--mode` takes.
enum ModeChoice: String, CaseIterable, Sendable, ExpressibleByArgument {
    case notifications, polling, replication, all

    var modes: [FollowMode] {
        switch self {
        case .all: [.notifications, .polling]
        case .notifications: [.notifications]
        case .polling: [.polling]
        case .replication: [.replication]
        }
    }
}
