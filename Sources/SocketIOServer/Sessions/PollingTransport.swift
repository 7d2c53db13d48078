import DequeModule
import EngineIO
import NIOCore

/// Carries a session's packets: an open WebSocket, or one poll after another.
protocol SessionTransport: AnyObject {
    /// How many packets may be written until the next flush without piling up in the process.
    var room: Int { get }
    /// Whether the peer may have packets left to take although the outbox is empty.
    var isBlocked: Bool { get }
    /// Whether the peer decides when to fetch packets. Then waiting packets do not mean that it is slow.
    var isFetched: Bool { get }
    /// - Returns: The number of bytes that are written, as far as it is known.
    func write(_ packet: EncodedPacket) -> Int
    func flush()
    /// Stops reading what the peer sends, even what has come already, or goes on.
    func setReading(_ isReading: Bool)
    /// Makes room for the last packets before `close`.
    func beginClosing()
    /// Closes for that reason. Does nothing if it is closed already.
    func close(_ reason: CloseReason)
    /// Behind `close`: lets go of the connection without waiting for the peer.
    func cut()
}

/// Sends the packets of a session as answers to its polls.
final class PollingTransport: SessionTransport {
    private enum State { case open, closing, closed }

    /// The answers to polls that come after the end, if any. The close packet is the last one and goes alone.
    private let onFarewell: ([ByteBuffer]) -> Void
    /// Called when the waiting poll got its answer.
    private var onAnswer: () -> Void
    /// Called when the peer has taken an answer, if it did not take it at once.
    private var onTaken: () -> Void
    private var state: State = .open
    private var waiting: (any PollResponder)?
    /// What is too much for one answer stays here. A packet's attachments count as packets.
    private var parts: Deque<PacketPart> = []
    /// Set if the server disconnects the client, whatever the reason: the client learns it only from an answer.
    var isSentAway = false
    /// Answers that stay in this process until the peer reads on.
    private var untaken = 0
    /// Whether one of these packets, or of those in the last answer, may be compressed.
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

    /// Answers a waiting poll for which there are no packets.
    func answerWithNoop() {
        guard waiting != nil, parts.isEmpty else { return }
        parts.append(Self.noop)
        flush()
    }

    /// The connection of the waiting poll has ended.
    func abandonPoll() { waiting = nil }

    /// A WebSocket takes over. Ends a waiting poll and gives back the packets that were in no answer.
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

    /// The session itself reads what is posted.
    func setReading(_ isReading: Bool) {}

    func write(_ packet: EncodedPacket) -> Int {
        parts.append(contentsOf: packet.parts)
        mayCompress = mayCompress || packet.mayCompress
        return packet.byteCount
    }

    func flush() {
        guard state == .open, waiting != nil, !parts.isEmpty else { return }
        answer()
    }

    func beginClosing() {
        if state == .open { state = .closing }
    }

    /// If the client itself closes, a waiting poll gets the rest and a noop, as in the official server. If the client
    /// broke a rule or the server disconnects it, it gets the rest, with its next polls if need be, and then a close
    /// packet. If there is no rest, and the request that ended the session was refused, the session is unknown from now
    /// on.
    func close(_ reason: CloseReason) {
        guard state != .closed else { return }
        state = .closed
        switch reason {
        case .transportClose: endAtOnce(Self.noop)
        case .pingTimeout, .serverShuttingDown: endAtOnce(Self.closePacket)
        default: endBehindAll(isTold: !isSentAway && !reason.isSendingAway)
        }
        parts = []
    }

    /// The session has ended, and nobody is called any more.
    func letGo() { (onAnswer, onTaken) = ({}, {}) }

    /// Its polls' connections are not the session's.
    func cut() {}

    private func endAtOnce(_ last: PacketPart) {
        guard waiting != nil else {
            // If a client closes, its poll may still be on its way on another connection.
            return last == Self.noop ? onFarewell([last.payload]) : ()
        }
        parts = Deque(parts.prefix(EnginePayload.maxPacketsPerResponse - 1))
        parts.append(last)
        answer()
    }

    /// The close packet comes in an answer of its own. If other packets were in the same answer, the official client
    /// would take this for a broken connection and come back.
    private func endBehindAll(isTold: Bool) {
        let isAwaited = waiting != nil || !parts.isEmpty || !isTold
        if waiting != nil, !parts.isEmpty { answer() }
        parts.append(Self.closePacket)
        if waiting != nil { answer() } else if isAwaited { onFarewell(parts.map(\.payload)) }
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
    /// How many of them go into the next answer. A large one goes alone.
    fileprivate var countOfAnswer: Int {
        let most = Swift.min(count, EnginePayload.maxPacketsPerResponse)
        guard let large = prefix(most).firstIndex(where: { $0.byteCount >= GzipShelf.leastBytes }) else { return most }
        return Swift.max(1, large)
    }
}

extension CloseReason {
    /// Whether a client that polls learns of it only from its next polls.
    fileprivate var isSendingAway: Bool {
        switch self {
        case .forcedServerClose, .connectTimeout, .inboundFlood, .handlerTimeout, .outboxOverflow, .messageTimeout,
            .invalidHeartbeatDirection:
            true
        case .transportClose, .transportError, .pingTimeout, .parseError, .messageTooLarge, .invalidUTF8,
            .invalidCompression, .webSocketViolation, .serverShuttingDown:
            false
        }
    }
}

/// A waiting GET.
protocol PollResponder: AnyObject {
    /// Answers with packets, each in bytes of its own.
    ///
    /// - Parameter mayCompress: whether compressing them is worth the time.
    /// - Returns: a future that completes when the kernel has taken the answer, or never will; nil if there is nobody
    ///   to answer.
    func answerPoll(_ packets: [ByteBuffer], mayCompress: Bool) -> EventLoopFuture<Void>?
}

/// A POST whose packets are being taken.
protocol PostResponder: AnyObject {
    /// Answers that all packets were taken, or why not.
    func answerPost(_ error: EngineRequestError?)
}
