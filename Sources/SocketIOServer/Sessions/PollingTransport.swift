import DequeModule
import EngineIO
import NIOCore

/// The way a session's packets take: an open WebSocket, or one poll after another.
protocol SessionTransport: AnyObject {
    /// How many packets may be written before the next flush without piling up in the process.
    var room: Int { get }
    /// Whether an empty outbox does not mean that the peer has taken everything.
    var isBlocked: Bool { get }
    /// Whether the peer fetches packets when it likes: its slowness is no sign of a slow reader.
    var isFetched: Bool { get }
    func write(_ packet: EncodedPacket)
    func flush()
    /// Stops taking what the peer sends, be it here already, or goes on.
    func setReading(_ isReading: Bool)
    /// Makes room for the last packets before `close`.
    func beginClosing()
    /// Closes as the reason asks, and does nothing if closed already.
    func close(_ reason: CloseReason)
}

/// Sends the packets of a session with the answers to its polls.
final class PollingTransport: SessionTransport {
    private enum State { case open, closing, closed }

    /// What the next polls after the end are answered with, where there are any: the close packet, the last, alone.
    private let onFarewell: ([ByteBuffer]) -> Void
    /// Called when the waiting poll got its answer.
    private let onAnswer: () -> Void
    /// Called when a peer has taken an answer that it did not take at once.
    private let onTaken: () -> Void
    private var state: State = .open
    private var waiting: (any PollResponder)?
    /// More than an answer may carry stays here: a packet's attachments count as packets.
    private var parts: Deque<PacketPart> = []
    /// Set where the server sends the client away whatever the reason says: none of its requests tells it that.
    var isSentAway = false
    /// Answers that lie in this process until their peer reads on.
    private var untaken = 0
    /// Whether one of them, or of those that went with the last answer, may be compressed.
    private var mayCompress = false

    init(
        onAnswer: @escaping () -> Void, onTaken: @escaping () -> Void = {},
        onFarewell: @escaping ([ByteBuffer]) -> Void
    ) {
        self.onAnswer = onAnswer
        self.onTaken = onTaken
        self.onFarewell = onFarewell
    }

    func park(_ poll: any PollResponder) {
        waiting = poll
        flush()
    }

    /// Answers a waiting poll that has nothing else to carry.
    func answerWithNoop() {
        guard waiting != nil, parts.isEmpty else { return }
        parts.append(Self.noop)
        flush()
    }

    /// The waiting poll's connection is gone.
    func abandonPoll() { waiting = nil }

    /// Ends a waiting poll and gives back what no answer has carried: the WebSocket takes over.
    func handOver() -> [PacketPart] {
        let rest = Array(parts)
        parts = waiting == nil ? [] : [Self.noop]
        flush()
        state = .closed
        return rest
    }

    // MARK: SessionTransport

    var room: Int {
        switch state {
        case .open: waiting == nil ? 0 : max(0, EnginePayload.maxPacketsPerResponse - parts.count)
        case .closing: .max
        case .closed: 0
        }
    }

    var isBlocked: Bool { untaken > 0 }
    var isFetched: Bool { true }

    /// What is posted is read by the session itself.
    func setReading(_ isReading: Bool) {}

    func write(_ packet: EncodedPacket) {
        parts.append(contentsOf: packet.parts)
        mayCompress = mayCompress || packet.mayCompress
    }

    func flush() {
        guard state == .open, waiting != nil, !parts.isEmpty else { return }
        answer()
    }

    func beginClosing() {
        if state == .open { state = .closing }
    }

    /// A waiting poll gets what is left and a close packet, or a noop where the client itself closes. Where none waits,
    /// a client that the server sends away gets all that is left with its next polls, and one that closes its noop: for
    /// others, whose request told them already or who did not answer, the session is unknown from now on.
    ///
    /// Who is sent away gets the close packet with an answer of its own. The official client handles the packets of an
    /// answer after a close among them: it would take being sent away for a broken connection, and come back.
    func close(_ reason: CloseReason) {
        guard state != .closed else { return }
        state = .closed
        if isSentAway || reason.isSendingAway {
            if waiting != nil, !parts.isEmpty { answer() }
            parts.append(Self.closePacket)
        } else {
            parts = Deque(parts.prefix(EnginePayload.maxPacketsPerResponse - 1))
            parts.append(reason == .transportClose ? Self.noop : Self.closePacket)
        }
        if waiting != nil {
            answer()
        } else if isSentAway || reason.isSendingAway || reason == .transportClose {
            // The poll of a client that closes may still be on its way, on another connection than the close.
            onFarewell(reason == .transportClose ? [Self.noop.payload] : parts.map(\.payload))
        }
        parts = []
    }

    private static let noop = PacketPart.text(ByteBuffer(bytes: EnginePacket.noop.text))
    private static let closePacket = PacketPart.text(ByteBuffer(bytes: EnginePacket.close.text))

    private func answer() {
        guard let poll = waiting else { return }
        waiting = nil
        let count = parts.countOfAnswer
        let packets = parts.prefix(count).map(\.payload)
        parts.removeFirst(count)
        onAnswer()
        let taken = poll.answerPoll(packets, mayCompress: mayCompress)
        mayCompress = mayCompress && !parts.isEmpty
        guard let taken else { return }
        untaken += 1
        var isAtOnce = true
        taken.assumeIsolated().whenComplete { _ in
            self.untaken -= 1
            if !isAtOnce { self.onTaken() }
        }
        isAtOnce = false
    }
}

extension Deque<PacketPart> {
    /// How many of them go with the next answer: a large one goes alone.
    fileprivate var countOfAnswer: Int {
        let most = Swift.min(count, EnginePayload.maxPacketsPerResponse)
        guard let large = prefix(most).firstIndex(where: { $0.byteCount >= GzipShelf.leastBytes }) else { return most }
        return Swift.max(1, large)
    }
}

extension CloseReason {
    /// Whether a client that polls learns of it by its next polls alone.
    fileprivate var isSendingAway: Bool {
        switch self {
        case .forcedServerClose, .connectTimeout, .inboundFlood, .handlerTimeout, .outboxOverflow, .messageTimeout: true
        case .transportClose, .transportError, .pingTimeout, .parseError, .invalidHeartbeatDirection, .messageTooLarge,
            .invalidUTF8, .webSocketViolation, .serverShuttingDown:
            false
        }
    }
}

/// A waiting GET.
protocol PollResponder: AnyObject {
    /// Answers with packets; each has its bytes on its own.
    ///
    /// - Parameter mayCompress: Whether compressing them is worth the time.
    /// - Returns: when the kernel has taken the answer, or never will; nil where there is nobody to answer.
    func answerPoll(_ packets: [ByteBuffer], mayCompress: Bool) -> EventLoopFuture<Void>?
}

/// A POST whose packets are being taken.
protocol PostResponder: AnyObject {
    /// Answers that all were taken, or why not.
    func answerPost(_ error: EngineRequestError?)
}
