/// A range of scores as ZCOUNT and ZRANGEBYSCORE take it: either end open or closed.
struct ScoreRange: Equatable {
    enum Bound: Equatable {
        case unbounded
        case including(Double)
        case excluding(Double)
    }

    var from: Bound
    var to: Bound

    func contains(_ score: Double) -> Bool { isAboveFrom(score) && isBelowTo(score) }

    func isAboveFrom(_ score: Double) -> Bool {
        switch from {
        case .unbounded: true
        case .including(let bound): score >= bound
        case .excluding(let bound): score > bound
        }
    }

    func isBelowTo(_ score: Double) -> Bool {
        switch to {
        case .unbounded: true
        case .including(let bound): score <= bound
        case .excluding(let bound): score < bound
        }
    }
}
