import Synchronization

/// Keeps the daemon's log: what it says is how a test knows how far it has come.
final class LogRecorder: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock(\.lines) }

    func lines(with text: String) -> [String] { lines.filter { $0.contains(text) } }

    func write(_ line: String) {
        state.withLock { $0.lines.append(line) }
        wake()
    }

    /// Waits until `count` lines hold the text, or until the task is cancelled.
    func until(_ text: String, count: Int = 1) async {
        while true {
            let lines = lines
            if Task.isCancelled || lines.count(where: { $0.contains(text) }) >= count { return }
            await line(after: lines.count)
        }
    }

    /// Returns once there are more lines than that, or the task is cancelled.
    private func line(after seen: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if state.lines.count > seen || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }

    private func wake() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
