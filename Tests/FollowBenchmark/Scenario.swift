import TestSupport

/// What is written, how, and who follows.
struct Scenario: Sendable {
    var way: Way
    var samples: Int
    var keys: Int
    var bytes: Int
    var pace: Pace
    /// With every 30th sample of a key it is trimmed and its expiry set, as collectors do.
    var isTrimmed = false
    /// So many samples a second go to one more key meanwhile; nobody waits for those.
    var flood = 0

    var paceText: String { flood == 0 ? "\(pace)" : "\(pace) beside \(flood)/s to one key" }
}

/// How it is written.
enum Pace: Sendable, Hashable, CustomStringConvertible {
    case perSecond(Int)
    case fullSpeed

    var description: String {
        switch self {
        case .perSecond(let rate): "\(rate)/s"
        case .fullSpeed: "full speed"
        }
    }
}

/// Which way it takes.
enum Way: Sendable, Equatable, CustomStringConvertible {
    /// Redis PUBLISH to a subscription of ours: what Redis and the sockets cost without a daemon.
    case publish
    /// Nobody follows.
    case nobody
    case daemon(FollowMode)

    var description: String {
        switch self {
        case .publish: "PUBLISH"
        case .nobody: "nobody"
        case .daemon(let mode): mode.rawValue
        }
    }
}
