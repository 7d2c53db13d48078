internal import NIOCore
internal import RedisClient

/// The one place where a follower waits: for its alarm, an event, or the end of a connection.
struct Sleeper {
    private var continuation: CheckedContinuation<Void, Never>?
    private var alarm: Scheduled<Void>?

    mutating func sleep(_ continuation: CheckedContinuation<Void, Never>, alarm: Scheduled<Void>) {
        (self.continuation, self.alarm) = (continuation, alarm)
    }

    mutating func wake() {
        guard let waiting = continuation else { return }
        continuation = nil
        alarm?.cancel()
        alarm = nil
        waiting.resume()
    }
}

extension KeyspaceFollower {
    /// A deadline may be as far as `distantFuture`.
    private static let longestSleep = TimeAmount.hours(1)

    func sleep(until deadline: NIODeadline) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let alarm = eventLoop.scheduleTask(deadline: min(deadline, .now() + Self.longestSleep)) {
                    self.assumeIsolated { $0.sleeper.wake() }
                }
                sleeper.sleep(continuation, alarm: alarm)
                if Task.isCancelled { sleeper.wake() }
            }
        } onCancel: {
            eventLoop.execute { self.assumeIsolated { $0.sleeper.wake() } }
        }
    }

    /// Ends the work when that connection has ended.
    func watch(_ closed: EventLoopFuture<Void>, _ reason: String) {
        closed.whenComplete { _ in
            self.assumeIsolated { follower in
                follower.lost = follower.lost ?? RedisError(.closed, reason)
                follower.sleeper.wake()
            }
        }
    }
}
