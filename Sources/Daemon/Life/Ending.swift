import UnixSignals

/// What the daemon does at a signal: SIGHUP makes it read its configuration again, others ask it to end. SIGTERM sends
/// clients away first, if there is time for that. A second one, and Ctrl-C, end it at once.
///
/// ```
///   running ── SIGTERM, drain > 0 ──▶ draining ── drained, SIGTERM ──▶ ended
///      └────── SIGINT, or SIGTERM without a drain ────────────────────▶
/// ```
/// Reading the configuration may take some seconds, in which signals are heard all the same. However many SIGHUPs come
/// meanwhile, it is read once more.
struct Ending: Equatable {
    enum Event: Equatable, Sendable {
        case signal(UnixSignal)
        /// All clients have left, or their time is up.
        case drained
        /// The configuration has been read again, or could not be.
        case reloaded
    }

    enum Action: Equatable {
        case drain
        case end
        /// The configuration is read again.
        case reload
        /// It has been.
        case sayReady
        case nothing
    }

    private enum State { case running, draining, ended }
    private enum Reading { case none, underWay, underWayAndWanted }

    private var state = State.running
    private var reading = Reading.none

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
        case (.running, .signal(.sighup)), (.running, .reloaded): return read(event)
        case (.running, _), (.draining, _), (.ended, _): return .nothing
        }
    }

    private mutating func read(_ event: Event) -> Action {
        switch (reading, event) {
        case (.none, .reloaded): return .nothing
        case (.underWay, .reloaded):
            reading = .none
            return .sayReady
        case (.none, _), (.underWayAndWanted, .reloaded):
            reading = .underWay
            return .reload
        case (.underWay, _), (.underWayAndWanted, _):
            reading = .underWayAndWanted
            return .nothing
        }
    }
}
