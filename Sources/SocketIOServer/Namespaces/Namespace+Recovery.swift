import EngineIO
import JSONBytes
import NIOCore
import SocketIO

typealias RecoveredSession = RecoveryLog<EncodedPacket, SocketData>.Session

/// Connection state recovery; all of it on the event loop.
extension Namespace {
    /// The packet to send in place of an event's: with its offset, and kept, where clients may recover.
    func recorded(_ packet: EncodedPacket, rooms: Set<String>, except: Set<String>) -> EncodedPacket {
        guard var log = takeLog() else { return packet }
        let sent = packet.appending(offset: log.nextOffset)
        log.record(sent, bytes: sent.byteCount, for: .init(rooms: rooms, except: except), now: .now)
        recoveryLog.value = log
        return sent
    }

    /// Keeps what a socket that is about to leave gets back when its client returns, where the client has not left on
    /// purpose and was not sent away.
    func keepForRecovery(_ socket: Socket, _ reason: DisconnectReason) {
        guard let privateID = socket.privateID, reason.isRecoverable, var log = takeLog() else { return }
        let session = RecoveredSession(id: socket.id, rooms: socket.rooms, data: socket.data)
        log.keep(session, privateID: privateID, now: .now)
        recoveryLog.value = log
    }

    /// What a client gets back that sends `{"pid", "offset"}` as part of its `auth`; nil where it has to start anew.
    func recover(_ handshake: Handshake) -> (session: RecoveredSession, privateID: String, missed: [EncodedPacket])? {
        guard recovery != nil, let privateID = handshake.authValue["pid"]?.string,
            let offset = handshake.authValue["offset"]?.string, var log = takeLog()
        else {
            return nil
        }
        let restored = log.restore(privateID: privateID, offset: offset, now: .now)
        recoveryLog.value = log
        return restored.map { ($0, privateID, $1) }
    }

    /// Takes the log out of its box, so that it is changed in place; whoever took it puts it back.
    private func takeLog() -> RecoveryLog<EncodedPacket, SocketData>? {
        guard let recovery else { return nil }
        defer { recoveryLog.value = nil }
        return recoveryLog.value ?? RecoveryLog(limits: recovery.limits, epoch: EngineSessionID.random())
    }
}

extension DisconnectReason {
    /// As the official server's list.
    fileprivate var isRecoverable: Bool {
        switch self {
        case .transportClose, .transportError, .pingTimeout, .serverShuttingDown, .forcedServerClose, .inboundFlood,
            .handlerTimeout, .outboxOverflow, .messageTimeout:
            true
        case .clientNamespaceDisconnect, .serverNamespaceDisconnect, .parseError: false
        }
    }
}
