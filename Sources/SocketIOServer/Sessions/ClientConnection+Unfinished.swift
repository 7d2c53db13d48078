import EngineIO
import NIOCore
import SocketIO

/// What is kept of a client and is not whole, or not decided yet: an event whose attachments are on their way, and what
/// it has sent with the wish to join a namespace. It counts in the server's total of unfinished input.
extension ClientConnection: InputHolder {
    /// To be called where any of that may have changed.
    func noteUnfinished() {
        let bytes = isFinished ? 0 : client.heldBytes + arrivals.values.reduce(0) { $0 + $1.heldBytes }
        let awaits = !isFinished && client.heldBytes > 0
        if awaits != (attachmentsSince != nil) {
            attachmentsSince = awaits ? .now : nil
            if awaits { schedule() }
        }
        guard bytes != unfinishedBytes else { return }
        unfinishedBytes = bytes
        core.hold(bytes, self, from: address)
    }

    /// When the last attachment has to be here. Whoever is not read cannot be late.
    var attachmentDeadline: ContinuousClock.Instant? {
        guard let attachmentsSince, !isPaused else { return nil }
        return attachmentsSince + core.configuration.limits.messageTimeout
    }

    func readingResumed(_ now: ContinuousClock.Instant) {
        if attachmentsSince != nil { attachmentsSince = now }
    }

    /// The server holds too much of it: this client goes.
    func dropInput() { close(.inboundFlood) }
}
