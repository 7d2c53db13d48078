import KeyspaceFollower
import NIOConcurrencyHelpers

/// Whether Redis is followed live, and if not, why: what `/readyz` answers.
final class Readiness: Sendable {
    private let state = NIOLockedValueBox<FollowerStatus>(.connecting)

    var status: FollowerStatus {
        get { state.withLockedValue { $0 } }
        set { state.withLockedValue { $0 = newValue } }
    }
}
