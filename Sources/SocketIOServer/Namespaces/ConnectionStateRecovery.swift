import EngineIO
import JSONBytes
import NIOCore
import SocketIO

/// A client that comes back soon gets its id, rooms, data and the events that it missed (Socket.IO 4.6).
///
/// Three limits bound what is kept. A client that was away for longer, or missed more, starts anew. Broadcasts and
/// events to one socket are kept, except volatile ones and those that expect an answer.
public struct ConnectionStateRecovery: Sendable, Equatable {
    /// How long a client may be away.
    public var maxDisconnectionDuration: Duration
    /// How many events are kept for one namespace.
    public var maxPackets: Int
    /// Bytes of these events.
    public var maxBytes: Int
    /// How many clients that are away may come back.
    public var maxSessions: Int
    /// Whether a client that comes back is let in without asking the middleware again.
    public var skipMiddlewares: Bool

    /// The defaults keep two minutes, a thousand events and 4 MiB for each namespace.
    public init(
        maxDisconnectionDuration: Duration = .seconds(120), maxPackets: Int = 1_000, maxBytes: Int = 4 << 20,
        maxSessions: Int = 10_000, skipMiddlewares: Bool = true
    ) {
        self.maxDisconnectionDuration = maxDisconnectionDuration
        self.maxPackets = maxPackets
        self.maxBytes = maxBytes
        self.maxSessions = maxSessions
        self.skipMiddlewares = skipMiddlewares
    }

    var limits: RecoveryLimits {
        RecoveryLimits(
            duration: maxDisconnectionDuration, packets: maxPackets, bytes: maxBytes, sessions: maxSessions)
    }
}

typealias RecoveredSession = RecoveryLog<EncodedPacket, SocketData>.Session

/// Connection state recovery. All of it runs on the event loop.
extension Namespace {
    /// The packet to send for an event. If clients may recover, it has an offset and is kept.
    func recorded(_ packet: EncodedPacket, rooms: Set<String>, except: Set<String>) -> EncodedPacket {
        guard var log = takeLog() else { return packet }
        let sent = packet.appending(offset: log.nextOffset)
        log.record(sent.bare, bytes: sent.byteCount, for: .init(rooms: rooms, except: except), now: server.clock.now)
        recoveryLog.value = log
        return sent
    }

    /// Keeps what a leaving socket gets back when its client returns, unless the client left on purpose or was sent
    /// away.
    func keepForRecovery(_ socket: Socket, _ reason: DisconnectReason) {
        guard let privateID = socket.privateID, reason.isRecoverable, var log = takeLog() else { return }
        let session = RecoveredSession(id: socket.id, rooms: socket.rooms, data: socket.data)
        log.keep(session, privateID: privateID, now: server.clock.now)
        recoveryLog.value = log
    }

    /// What a client gets back that sends `{"pid", "offset"}` as part of its `auth`; nil if it has to start anew.
    func recover(_ handshake: Handshake) -> (session: RecoveredSession, privateID: String, missed: [EncodedPacket])? {
        guard recovery != nil, let privateID = handshake.authValue["pid"]?.string,
            let offset = handshake.authValue["offset"]?.string, var log = takeLog()
        else {
            return nil
        }
        let restored = log.restore(privateID: privateID, offset: offset, now: server.clock.now)
        recoveryLog.value = log
        return restored.map { ($0, privateID, $1) }
    }

    /// Takes the log out of its box, so that it is changed in place. The caller puts it back.
    private func takeLog() -> RecoveryLog<EncodedPacket, SocketData>? {
        guard let recovery else { return nil }
        defer { recoveryLog.value = nil }
        return recoveryLog.value ?? RecoveryLog(limits: recovery.limits, epoch: EngineSessionID.random())
    }
}

extension DisconnectReason {
    /// The same list as in the official server.
    fileprivate var isRecoverable: Bool {
        switch self {
        case .transportClose, .transportError, .pingTimeout, .serverShuttingDown, .forcedServerClose, .inboundFlood,
            .handlerTimeout, .outboxOverflow, .messageTimeout:
            true
        case .clientNamespaceDisconnect, .serverNamespaceDisconnect, .parseError: false
        }
    }
}
