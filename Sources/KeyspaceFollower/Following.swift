internal import RedisClient

/// How the follower learns of changes at the moment, with what only this way needs.
enum Following {
    /// Redis sends an event for each change.
    case notifications(Listening)
    /// Each key is looked at on a timer. Events may come too, but not for each change.
    ///
    /// `Listening` is nil where the ACL does not let us listen; `remedy` says what an operator has to do to get events.
    case polling(Listening?, remedy: String)
    /// Redis sends each write.
    case replication(StreamFollowing)

    /// No server was asked yet.
    static var undecided: Following { .polling(nil, remedy: "") }

    var mode: FollowerMode {
        switch self {
        case .notifications: .notifications
        case .polling(_, let remedy): .polling(remedy: remedy)
        case .replication: .replication
        }
    }

    /// Whether an event or a write tells of each change.
    var isNotified: Bool {
        if case .polling = self { false } else { true }
    }

    var listening: Listening? {
        switch self {
        case .notifications(let listening): listening
        case .polling(let listening, _): listening
        case .replication: nil
        }
    }

    var stream: StreamFollowing? {
        if case .replication(let stream) = self { stream } else { nil }
    }

    /// Whether nothing that happened before is still to come.
    var isSynchronized: Bool { stream?.ledger.isSynchronized ?? true }
}

/// A subscription to the events of our keys.
///
/// A class, so that it changes in place inside of ``Following``; it belongs to the follower's actor.
final class Listening {
    let subscription: RedisSubscription
    /// Whether events come, judged by what is heard; nil where Redis lets us read its flags.
    var evidence: NotificationEvidence?

    init(_ subscription: RedisSubscription) {
        self.subscription = subscription
    }
}
