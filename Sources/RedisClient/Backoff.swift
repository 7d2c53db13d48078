/// Waits that double up to a maximum, each shortened by a random part, so that clients of one server do not return at
/// the same moment.
package struct Backoff: Sendable, Hashable {
    package let initial: Duration
    package let maximum: Duration
    /// The largest part of a wait that chance may take away: 0 none, 1 all of it.
    package let jitter: Double
    private var current: Duration

    package init(
        initial: Duration = .milliseconds(100), maximum: Duration = .seconds(5), jitter: Double = 0.5
    ) {
        self.initial = max(initial, .zero)
        self.maximum = max(maximum, self.initial)
        self.jitter = min(max(jitter, 0), 1)
        current = self.initial
    }

    /// The next wait: between `(1 - jitter) × base` and `base`, where the base doubles with each call.
    package mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let base = current
        current = min(base * 2, maximum)
        return base * (1 - jitter * Double.random(in: 0...1, using: &generator))
    }

    /// Starts anew from the initial wait.
    package mutating func reset() {
        current = initial
    }
}
