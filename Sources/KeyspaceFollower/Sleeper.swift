internal import NIOCore

/// The one place where a follower waits: for its alarm, an event, or the end of a connection.
struct Sleeper {
    private var continuation: CheckedContinuation<Void, Never>?
    var alarm: Scheduled<Void>?

    mutating func sleep(_ continuation: CheckedContinuation<Void, Never>) {
        self.continuation = continuation
    }

    mutating func wake() {
        guard let waiting = continuation else { return }
        continuation = nil
        alarm?.cancel()
        alarm = nil
        waiting.resume()
    }
}
