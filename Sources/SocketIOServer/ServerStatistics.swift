package import EngineIO
import NIOCore

/// What a server has counted since its start.
public struct ServerStatistics: Sendable, Equatable {
    /// Open TCP connections, including those that speak HTTP.
    public internal(set) var connections = 0
    /// Connections and sessions refused by a limit, or because the server ends.
    public var connectionsRefused: Int { refused.values.reduce(0, +) }
    /// How often the server stopped accepting because no descriptor was free.
    public internal(set) var acceptPauses = 0
    /// Handshakes refused before the upgrade.
    public internal(set) var handshakesRefused = 0
    /// Open Engine.IO sessions.
    public internal(set) var sessions = 0
    /// Of these, the ones over a WebSocket; the others poll.
    public internal(set) var webSocketSessions = 0
    /// Engine.IO sessions opened so far.
    public internal(set) var sessionsOpened = 0
    /// Messages and control frames that clients sent.
    public internal(set) var packetsReceived = 0
    /// Bytes of those, after they were inflated.
    public internal(set) var bytesReceived = 0
    /// How often the server stopped reading a client for a while, because it sent too fast or its handlers were behind.
    public internal(set) var readingPauses = 0
    /// Packets handed to sockets. A broadcast counts once for each receiver.
    public internal(set) var packetsSent = 0
    /// Bytes of those packets, framing included.
    public internal(set) var bytesSent = 0
    /// Messages of WebSockets: bytes before and after compression, and before and after inflation. A message that many
    /// get is compressed once.
    public internal(set) var compression = CompressionBytes()
    /// Events dropped or refused because a client read too slowly.
    public internal(set) var eventsDropped = 0
    /// How often a client fell so far behind that its state has to be replaced.
    public internal(set) var resyncs = 0
    /// What clients did wrong, by kind: packets and frames that broke the protocol, reached limits, and requests that
    /// were refused or too slow. The kinds are a fixed set.
    public var violations: [String: Int] {
        Dictionary(uniqueKeysWithValues: violated.map { ($0.key.rawValue, $0.value) })
    }

    var violated: [Violation: Int] = [:]
    var refused: [PlaceRefusal: Int] = [:]
    package internal(set) var closed: [CloseReason: Int] = [:]

    /// Ended sessions by reason.
    public var sessionsClosed: [String: Int] {
        Dictionary(uniqueKeysWithValues: closed.map { ($0.key.rawValue, $0.value) })
    }
}

extension ServerStatistics {
    /// ``connectionsRefused`` by reason, each reason that there is.
    public var connectionsRefusedByReason: [String: Int] {
        Dictionary(uniqueKeysWithValues: PlaceRefusal.allCases.map { ($0.rawValue, refused[$0] ?? 0) })
    }

    /// The kinds of ``violations`` that there are.
    public static var violationKinds: [String] { Violation.allCases.map(\.rawValue) }

    /// The reasons of ``sessionsClosed`` that there are.
    public static var closeReasons: [String] { CloseReason.allCases.map(\.rawValue) }
}

/// What the compression of WebSocket messages was given, and what it gave.
public struct CompressionBytes: Sendable, Equatable {
    /// Bytes of messages that were to be compressed.
    public internal(set) var toDeflate = 0
    /// Bytes that they were sent as: as many where compressing did not make one smaller.
    public internal(set) var deflated = 0
    /// Bytes of compressed messages that came.
    public internal(set) var toInflate = 0
    /// Bytes that they were after inflation.
    public internal(set) var inflated = 0
}

/// What a server counts as open, and what is open: for tests.
package struct ServerInventory: Sendable, Equatable {
    package var connections = 0
    package var sessions = 0
    package var handshakes = 0
    /// How many addresses are counted with something.
    package var addresses = 0
    package var unfinishedBytes = 0
    package var inputHolders = 0
    package var seeingOff = 0

    package init() {}
}

extension SocketIOServer {
    /// What is counted, and whether it equals what is open.
    package func inventory() async throws -> (counted: ServerInventory, isTrue: Bool) {
        try await eventLoop.submit {
            guard let core = self.currentCore else { return (ServerInventory(), true) }
            return (core.inventory, core.countsAreTrue)
        }.get()
    }
}
