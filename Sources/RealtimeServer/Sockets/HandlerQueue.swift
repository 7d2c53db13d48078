import Synchronization

/// Runs the handlers of one socket that wait, one after another in the order of the events, in one task that is there
/// as long as the socket; without such handlers there is none.
final class HandlerQueue: Sendable {
    typealias Job = @Sendable () async -> Void

    private enum State {
        case unused
        case running(AsyncStream<Job>.Continuation, Task<Void, Never>)
        case finished
    }

    private let state = Mutex<State>(.unused)
    private let waiting = Waiting()

    /// Events that wait for a handler to finish, this one included, once `job` is queued.
    func run(_ job: @escaping Job) -> Int {
        let jobs = state.withLock { state -> AsyncStream<Job>.Continuation? in
            switch state {
            case .finished: return nil
            case .running(let jobs, _): return jobs
            case .unused:
                let (stream, jobs) = AsyncStream.makeStream(of: Job.self)
                let task = Task { [waiting] in
                    for await job in stream {
                        await job()
                        waiting.count.subtract(1, ordering: .relaxed)
                    }
                }
                state = .running(jobs, task)
                return jobs
            }
        }
        guard let jobs else { return 0 }
        let count = waiting.count.add(1, ordering: .relaxed).newValue
        jobs.yield(job)
        return count
    }

    /// Lets no further handler begin, and cancels the one that is running.
    func finish() {
        let running = state.withLock { state in
            defer { state = .finished }
            return state
        }
        guard case .running(let jobs, let task) = running else { return }
        jobs.finish()
        task.cancel()
    }

    /// Counts without keeping the queue, and through it the task, alive.
    private final class Waiting: Sendable {
        let count = Atomic(0)
    }
}
