import NIOCore

extension SocketIOServer {
    /// Opens no further session, and sends those that there are away, a few at a time, before ``shutDown()``.
    ///
    /// A new handshake is answered 503, as during the shutdown. For a quarter of the time nobody is sent away, so that
    /// load balancers can learn of the end. In the following half sessions end evenly, with close code 1001, and in no
    /// order. All other requests are answered until the shutdown.
    ///
    /// - Parameter duration: how long it lasts at most.
    /// - Returns: how many sessions are left: none, or those that opened late or do not take their leave. Returns when
    ///   nobody is left, but not in the first quarter of the time; when the time is up; when the task is cancelled; or
    ///   when the server shuts down.
    @discardableResult
    public func drain(over duration: Duration) async -> Int {
        let ended = eventLoop.makePromise(of: Int.self)
        eventLoop.execute {
            guard let core = self.currentCore else { return ended.succeed(0) }
            core.beginDraining(over: duration, ended)
        }
        return await withTaskCancellationHandler {
            (try? await ended.futureResult.get()) ?? 0
        } onCancel: {
            eventLoop.execute { self.currentCore?.endDraining() }
        }
    }
}

extension ServerCore {
    fileprivate func beginDraining(over duration: Duration, _ ended: EventLoopPromise<Int>) {
        guard !isShuttingDown, drain == nil else { return ended.succeed(statistics.sessions) }
        isDraining = true
        let plan = DrainPlan(sessions: statistics.sessions, start: now, duration: duration)
        let drain = Drain(plan, context, ended) { [unowned self] mayStay in
            endSessions(downTo: mayStay)
            return statistics.sessions
        }
        self.drain = drain
        drain.step()
    }

    /// Also where it is over.
    func endDraining() {
        drain?.end()
        drain = nil
    }
}

/// Sends the sessions of one server away, as planned. Lives on the event loop.
final class Drain {
    private let plan: DrainPlan
    private let context: ServerContext
    private let ended: EventLoopPromise<Int>
    private let endSessions: (_ mayStay: Int) -> Int
    private var next: Scheduled<Void>?
    private var left: Int

    /// - Parameter endSessions: ends sessions until no more than so many are left, and says how many are.
    init(
        _ plan: DrainPlan, _ context: ServerContext, _ ended: EventLoopPromise<Int>,
        endSessions: @escaping (_ mayStay: Int) -> Int
    ) {
        self.plan = plan
        self.context = context
        self.ended = ended
        self.endSessions = endSessions
        left = plan.sessions
    }

    func step() {
        let now = context.clock.now
        left = endSessions(plan.mayStay(at: now))
        guard !plan.isOver(at: now, sessions: left) else { return end() }
        next = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(DrainPlan.step)) { [weak self] in
            self?.step()
        }
    }

    func end() {
        next?.cancel()
        ended.succeed(left)
    }
}
