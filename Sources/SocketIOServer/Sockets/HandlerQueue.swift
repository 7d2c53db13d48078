import Synchronization

/// Runs the asynchronous handlers of one socket, one after another in the order of the events. They run in one task
/// that lives as long as the socket. A socket without such handlers has no task.
final class HandlerQueue: Sendable {
    typealias Job = @Sendable () async -> Void

    private enum State {
        case unused
        case running(AsyncStream<(job: Job, bytes: Int)>.Continuation, Task<Void, Never>)
        case finished
    }

    private let state = Mutex<State>(.unused)
    private let share = Share()

    /// - Parameters:
    ///   - bytes: the size of the event while it waits.
    ///   - backlog: the backlog of the socket's connection, which counts the job from now until it ends.
    func run(bytes: Int, _ backlog: HandlerBacklog, _ job: @escaping Job) {
        state.withLock { state in
            switch state {
            case .finished: return
            case .running(let jobs, _):
                share.add(bytes, backlog)
                jobs.yield((job, bytes))
            case .unused:
                let (stream, jobs) = AsyncStream.makeStream(of: (job: Job, bytes: Int).self)
                let task = Task { [share] in
                    for await next in stream {
                        await next.job()
                        share.remove(next.bytes)
                    }
                }
                share.add(bytes, backlog)
                jobs.yield((job, bytes))
                state = .running(jobs, task)
            }
        }
    }

    /// Starts no further handler, and cancels the one that is running. None of them counts any more.
    func finish() {
        let running = state.withLock { state in
            defer { state = .finished }
            return state
        }
        guard case .running(let jobs, let task) = running else { return }
        jobs.finish()
        task.cancel()
        share.removeAll()
    }

    /// This queue's part of the backlog. It does not keep the queue and its task alive.
    private final class Share: Sendable {
        private struct State {
            var events = 0
            var bytes = 0
            var backlog: HandlerBacklog?
        }

        private let state = Mutex(State())

        func add(_ bytes: Int, _ backlog: HandlerBacklog) {
            state.withLock { state in
                state.backlog = backlog
                state.events += 1
                state.bytes += bytes
                backlog.add(bytes: bytes)
            }
        }

        func remove(_ bytes: Int) {
            let backlog = state.withLock { state in
                guard state.backlog != nil else { return state.backlog }
                state.events -= 1
                state.bytes -= bytes
                return state.backlog
            }
            backlog?.remove(events: 1, bytes: bytes)
        }

        func removeAll() {
            let rest = state.withLock { state in
                defer { state = State() }
                return state
            }
            rest.backlog?.remove(events: rest.events, bytes: rest.bytes)
        }
    }
}
