import ArgumentParser
import TestSupport

/// What `--mode` takes.
enum ModeChoice: String, CaseIterable, Sendable, ExpressibleByArgument {
    case notifications, polling, replication, all

    var modes: [FollowMode] {
        switch self {
        case .all: FollowMode.allCases
        case .notifications: [.notifications]
        case .polling: [.polling]
        case .replication: [.replication]
        }
    }
}
