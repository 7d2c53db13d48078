import KeyspaceFollower
import NIOConcurrencyHelpers

/// Whether Redis is followed live, and if not, why: what `/readyz` answers.
final class Readiness: Sendable {
    private let state = NIOLockedValueBox<FollowerStatus>(.connecting)
    private let whenLive = NIOLockedValueBox<[@Sendable () -> Void]>([])

    var status: FollowerStatus {
        get { state.withLockedValue { $0 } }
        set {
            state.withLockedValue { $0 = newValue }
            guard isLive else { return }
            for tell in whenLive.withLockedValue({ $0 }) { tell() }
        }
    }

    /// Whether everything that Redis holds has been read.
    var isLive: Bool {
        if case .live = status { true } else { false }
    }

    /// Tells each time that Redis has come to be followed live, where ``status`` is set.
    func onLive(_ tell: @escaping @Sendable () -> Void) {
        whenLive.withLockedValue { $0.append(tell) }
    }
}
