import EngineIO
import NIOCore
import SocketIO

/// How fast the client is read. If it sends faster than it may, or than its handlers can follow, it is not read for a
/// while. Its messages wait on its own side, and nothing is lost.
///
/// ```
///   WebSocket: no more is read from the socket        polling: the POST is not answered before its packets are taken
/// ```
extension ClientConnection {
    /// Counts what came, does what the session says, and checks whether to read on. Returns false if it was too much.
    func take(_ action: EngineSession.ReceiveAction, bytes: Int, now: ContinuousClock.Instant) -> Bool {
        switch action {
        case .deliver: inbound.took(packets: 1, bytes: bytes, now: now)
        // An attachment counts with its event.
        case .deliverBinary: inbound.took(packets: 0, bytes: bytes, now: now)
        case .ignore: guard admitsControl(now) else { return false }
        case .close: break
        }
        core.statistics.packetsReceived += 1
        core.statistics.bytesReceived += bytes
        perform(action)
        reviewReading()
        return true
    }

    /// A ping or pong of the WebSocket itself, or another frame without content. Returns false if there are too many.
    func receivedControlFrame() -> Bool {
        guard !isFinished, admitsControl(core.now) else { return false }
        core.statistics.packetsReceived += 1
        return true
    }

    /// Part of a message. It counts because many small parts cost time.
    func receivedPart() {
        guard !isFinished else { return }
        inbound.took(packets: 1, bytes: 0, now: core.now)
        reviewReading()
    }

    /// Counts what a compressed message costs beyond its bytes.
    func receivedExcess(bytes: Int) {
        guard !isFinished else { return }
        inbound.took(packets: 0, bytes: bytes, now: core.now)
    }

    /// If a client sends a lot and closes, its messages are still read, unless they wait for handlers that end with it.
    var keepsUnread: Bool { !isFinished && isPaused && waitsForHandlersSince == nil }

    private func admitsControl(_ now: ContinuousClock.Instant) -> Bool {
        guard inbound.admitsControl(now: now) else {
            close(.inboundFlood)
            return false
        }
        return true
    }

    /// Stops reading or goes on, depending on the pace and the handlers.
    func reviewReading() {
        guard !isFinished else { return }
        let now = core.now
        let isBehind = handlersAreBehind
        waitsForHandlersSince = isBehind ? waitsForHandlersSince ?? now : nil
        let isInDebt = inbound.paidAt.map { $0 > now } ?? false
        if isBehind || isInDebt { pause(now) } else if isPaused { resume(now) }
    }

    /// When the debt of the pace is paid, if there is no other reason not to read the client.
    var resumesAt: ContinuousClock.Instant? { isPaused && waitsForHandlersSince == nil ? inbound.paidAt : nil }

    /// The latest time at which a handler has to end.
    var handlerDeadline: ContinuousClock.Instant? {
        guard let since = waitsForHandlersSince else { return nil }
        return max(since, backlog.endedAt ?? since) + core.configuration.limits.handlerTimeout
    }

    private func pause(_ now: ContinuousClock.Instant) {
        if !isPaused {
            isPaused = true
            core.statistics.readingPauses += 1
            engine.readingPaused(now: now)
            transport.setReading(false)
        }
        schedule()
    }

    private func resume(_ now: ContinuousClock.Instant) {
        isPaused = false
        engine.readingResumed(now: now)
        readingResumed(now)
        takePosted()
        // The packets of a POST come before those of a WebSocket that has taken over.
        guard !isPaused, !isFinished else { return }
        transport.setReading(true)
        schedule()
    }

    /// A handler that waits for an answer of the client must not stop the reading, or the answer could not come. There
    /// is a limit, because the answer may never come. Beyond the limit the answer's own time-out lets the handlers go
    /// on.
    private var handlersAreBehind: Bool {
        let limits = core.configuration.limits
        let usual = HandlerBacklog.Bounds(events: limits.waitingEvents, bytes: limits.waitingBytes)
        let isWaiting = waitsForHandlersSince != nil
        guard backlog.exceeds(isWaiting ? usual.half : usual) else { return false }
        let bounds = sockets.values.contains(where: \.awaitsAnswers) ? usual * 8 : usual
        guard backlog.exceeds(isWaiting ? bounds.half : bounds) else { return false }
        let bound = NIOLoopBound(self, eventLoop: core.eventLoop)
        let loop = core.eventLoop
        return backlog.await(bounds.half) { loop.execute { bound.value.reviewReading() } }
    }
}

/// What is kept of a client that is unfinished or undecided: an event whose attachments are still to come, and data
/// that it sent to join a namespace. It counts in the server's total of unfinished input.
extension ClientConnection: InputHolder {
    /// Call it when any of that may have changed.
    func noteUnfinished() {
        let bytes = isFinished ? 0 : client.heldBytes + arrivals.values.reduce(0) { $0 + $1.heldBytes }
        let awaits = !isFinished && client.heldBytes > 0
        if awaits != (attachmentsSince != nil) {
            attachmentsSince = awaits ? core.now : nil
            if awaits { schedule() }
        }
        guard bytes != unfinishedBytes else { return }
        unfinishedBytes = bytes
        core.hold(bytes, self, from: address)
    }

    /// When the last attachment has to have come. A client that is not read cannot be late.
    var attachmentDeadline: ContinuousClock.Instant? {
        guard let attachmentsSince, !isPaused else { return nil }
        return attachmentsSince + core.configuration.limits.messageTimeout
    }

    func readingResumed(_ now: ContinuousClock.Instant) {
        if attachmentsSince != nil { attachmentsSince = now }
    }

    /// The server holds too much unfinished input, and this client has to leave.
    func dropInput() { close(.inboundFlood) }
}
