import UnixSignals

/// What the daemon does at a signal: SIGHUP makes it read its configuration again, others ask it to end. SIGTERM sends
/// clients away first, if there is time for that. A second one, and Ctrl-C, end it at once.
///
/// ```
///   running ── SIGTERM, drain > 0 ──▶ draining ── drained, SIGTERM ──▶ ended
///      └────── SIGINT, or SIGTERM without a drain ────────────────────▶
/// ```
struct Ending: Equatable {
    enum Event: Equatable, Sendable {
        case signal(UnixSignal)
        /// All clients have left, or their time is up.
        case drained
    }

    enum Action: Equatable {
        case drain
        case end
        /// The configuration is read again.
        case reload
        case nothing
    }

    private enum State { case running, draining, ended }

    private var state = State.running

    /// - Parameter drain: how long clients have to leave, at present.
    mutating func happened(_ event: Event, drain: Duration) -> Action {
        switch (state, event) {
        case (.running, .signal(.sigterm)) where drain > .zero:
            state = .draining
            return .drain
        case (.running, .signal(.sigterm)), (.running, .signal(.sigint)), (.draining, .signal(.sigterm)),
            (.draining, .signal(.sigint)), (.draining, .drained):
            state = .ended
            return .end
        case (.running, .signal(.sighup)): return .reload
        case (.running, _), (.draining, _), (.ended, _): return .nothing
        }
    }
}
