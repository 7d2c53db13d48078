import Synchronization

/// Keeps the daemon's log: what it says is how a test knows how far it has come.
final class LogRecorder: Sendable {
    private struct Waiting {
        let isReached: @Sendable ([String]) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var lines: [String] = []
        var waiting: [Waiting] = []
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock(\.lines) }

    func lines(with text: String) -> [String] { lines.filter { $0.contains(text) } }

    func write(_ line: String) {
        let reached = state.withLock { state in
            state.lines.append(line)
            let (lines, waiting) = (state.lines, state.waiting)
            state.waiting = waiting.filter { !$0.isReached(lines) }
            return waiting.filter { $0.isReached(lines) }
        }
        for one in reached { one.continuation.resume() }
    }

    /// Waits until `count` lines hold the text.
    func until(_ text: String, count: Int = 1) async {
        let isReached: @Sendable ([String]) -> Bool = { $0.count { $0.contains(text) } >= count }
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if isReached(state.lines) { return true }
                state.waiting.append(Waiting(isReached: isReached, continuation: continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
