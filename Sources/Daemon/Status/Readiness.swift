import KeyspaceFollower
import NIOConcurrencyHelpers

/// Whether Redis is followed live, and if not, why: what `/readyz` answers and the event `status` tells.
final class Readiness: Sendable {
    private let state = NIOLockedValueBox(ReadinessReport(.connecting))

    var report: ReadinessReport { state.withLockedValue { $0 } }

    /// Whether everything that Redis holds has been read.
    var isLive: Bool { report.isReady }

    /// The report where it is another one now.
    ///
    /// Another attempt is no news: until it succeeds the reason of the last one stands.
    func update(_ status: FollowerStatus) -> ReadinessReport? {
        state.withLockedValue { report in
            if status == .connecting, !report.isReady { return nil }
            let new = ReadinessReport(status)
            guard new != report else { return nil }
            report = new
            return new
        }
    }
}
