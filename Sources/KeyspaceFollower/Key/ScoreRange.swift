internal import RESP

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

extension ScoreRange {
    /// As `ZCOUNT` and its like take the lower end.
    var lowest: RESPArgument { from.argument(unbounded: "-inf") }

    /// As `ZCOUNT` and its like take the upper end.
    var highest: RESPArgument { to.argument(unbounded: "+inf") }
}

extension ScoreRange.Bound {
    fileprivate func argument(unbounded: RESPArgument) -> RESPArgument {
        switch self {
        case .unbounded: unbounded
        case .including(let score): .double(score)
        case .excluding(let score): .string("(" + score.description)
        }
    }
}

/// How far a look goes.
struct LookBounds: Equatable {
    /// The highest score that is taken now. What lies above is taken when its time has come.
    var ceiling = Double.infinity
    /// About how many bytes one reply may have.
    var partBytes = 4 << 20

    var upTo: ScoreRange.Bound { ceiling == .infinity ? .unbounded : .including(ceiling) }
    /// Nil where nothing can lie there.
    var beyond: ScoreRange? {
        ceiling == .infinity ? nil : ScoreRange(from: .excluding(ceiling), to: .unbounded)
    }
}
