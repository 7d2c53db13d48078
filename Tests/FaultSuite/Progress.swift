import NIOConcurrencyHelpers

/// What the collectors have written so far.
final class Progress: Sendable {
    private struct State {
        var acknowledged = 0
        var beyondPlan = 0
        var rescored: [String: Int] = [:]
    }

    let planned: Int
    private let state = NIOLockedValueBox(State())

    init(planned: Int) {
        self.planned = planned
    }

    var acknowledged: Int { state.withLockedValue(\.acknowledged) }

    /// How often each member was written with another score, by id.
    var rescored: [String: Int] { state.withLockedValue(\.rescored) }

    /// All that was written.
    var sent: Int { state.withLockedValue { $0.acknowledged + $0.beyondPlan } }

    /// What a fault wrote itself.
    func acknowledgeBeyondPlan(_ count: Int) {
        state.withLockedValue { $0.beyondPlan += count }
    }

    func acknowledge(_ count: Int) {
        state.withLockedValue { $0.acknowledged += count }
    }

    func rescore(_ id: String) {
        state.withLockedValue { $0.rescored[id, default: 0] += 1 }
    }
}
