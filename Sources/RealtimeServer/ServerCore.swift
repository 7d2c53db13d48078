import EngineIO
import Logging
import NIOCore

/// What one server holds while it runs. Lives on its event loop and is never touched from elsewhere.
final class ServerCore {
    let configuration: SocketIOServerConfiguration
    let eventLoop: any EventLoop
    let namespaces: NamespaceRegistry
    let logger: Logger
    var statistics = ServerStatistics()

    private let ended: EventLoopPromise<Void>
    private let onEnd: @Sendable () -> Void
    private var listener: (any Channel)?
    private var channels: [ObjectIdentifier: any Channel] = [:]
    private var counter: ConnectionCounter
    private var sessions: [String: ClientConnection] = [:]
    private var sessionCounter: ConnectionCounter
    private var farewells: [String: (packets: [ByteBuffer], task: Scheduled<Void>)] = [:]
    private var violationReports = ViolationReports()
    private var handshakes = 0
    private var flushQueue = FlushQueue()
    private var isShuttingDown = false
    private var cutTask: Scheduled<Void>?

    init(
        configuration: SocketIOServerConfiguration, eventLoop: any EventLoop, namespaces: NamespaceRegistry,
        logger: Logger, ended: @escaping @Sendable () -> Void = {}
    ) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.namespaces = namespaces
        self.logger = logger
        self.ended = eventLoop.makePromise()
        onEnd = ended
        counter = ConnectionCounter(
            limit: configuration.limits.connections, limitPerAddress: configuration.limits.connectionsPerAddress)
        sessionCounter = counter
    }

    /// Succeeds when the listener and every connection have closed after `shutDown`.
    var allClosed: EventLoopFuture<Void> { ended.futureResult }

    func listening(_ channel: any Channel) {
        listener = channel
        if isShuttingDown { channel.close(promise: nil) }
    }

    // MARK: TCP connections

    /// Counts a connection in; false where a limit is reached or the server is about to end.
    func accept(_ channel: any Channel) -> Bool {
        let address = channel.remoteAddress?.ipAddress
        guard !isShuttingDown else { return refuse(nil, address) }
        guard handshakes < configuration.limits.handshakes else { return refuse("tooManyHandshakes", address) }
        guard counter.opened(from: address) else { return refuse("tooManyConnections", address) }
        handshakes += 1
        let id = ObjectIdentifier(channel)
        channels[id] = channel
        statistics.connections += 1
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.counter.closed(from: address)
            self.channels[id] = nil
            self.statistics.connections -= 1
            self.endIfAllClosed()
        }
        return true
    }

    private func refuse(_ kind: String?, _ address: String?) -> Bool {
        statistics.connectionsRefused += 1
        if let kind { violated(kind, address: address) }
        return false
    }

    /// The first request of a connection is whole, or the connection has ended before that.
    func handshakeEnded() { handshakes -= 1 }

    /// Counts what a client did wrong, and logs it where that kind was not logged lately.
    func violated(_ kind: String, _ detail: @autoclosure () -> String = "", address: String?) {
        statistics.violations[kind, default: 0] += 1
        guard let unlogged = violationReports.occurred(kind, now: .now) else { return }
        logger.violation(kind, detail(), address: address, unloggedBefore: unlogged)
    }

    // MARK: Sessions

    func session(_ id: String) -> ClientConnection? { sessions[id] }

    /// Whether one more session is within the limits of connections: many sessions can poll over few connections.
    func hasRoom(from address: String?) -> Bool { sessionCounter.hasRoom(for: address) }

    func opened(_ connection: ClientConnection) {
        sessions[connection.id] = connection
        _ = sessionCounter.opened(from: connection.remoteAddress)
        statistics.sessions += 1
        statistics.sessionsOpened += 1
    }

    func closed(_ connection: ClientConnection, _ reason: CloseReason) {
        guard sessions.removeValue(forKey: connection.id) != nil else { return }
        sessionCounter.closed(from: connection.remoteAddress)
        statistics.sessions -= 1
        statistics.closed[reason, default: 0] += 1
        logger.sessionClosed(connection.id, reason)
        if reason.isViolation { violated(reason.rawValue, address: connection.remoteAddress) }
    }

    /// Keeps the last packets of a session that the server ended while no poll waited.
    func keepFarewell(_ packets: [ByteBuffer], for id: String) {
        let task = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(configuration.limits.closeTimeout)) {
            [weak self] in _ = self?.farewells.removeValue(forKey: id)
        }
        farewells[id] = (packets, task)
    }

    /// The close packet, the last of them, is taken alone.
    func takeFarewell(for id: String) -> [ByteBuffer]? {
        guard let farewell = farewells.removeValue(forKey: id) else { return nil }
        farewell.task.cancel()
        guard farewell.packets.count > 1 else { return farewell.packets }
        keepFarewell(Array(farewell.packets.suffix(1)), for: id)
        return Array(farewell.packets.dropLast())
    }

    // MARK: Flushing, once per turn of the loop

    func needsFlush(_ connection: ClientConnection) {
        flushQueue.connections.append(connection)
        scheduleFlush()
    }

    func afterFlush(_ ticket: FlushTicket) {
        flushQueue.tickets.append(ticket)
        scheduleFlush()
    }

    private func scheduleFlush() {
        guard !flushQueue.isScheduled else { return }
        flushQueue.isScheduled = true
        eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        let turn = flushQueue
        flushQueue = FlushQueue()
        for connection in turn.connections { connection.flush() }
        for ticket in turn.tickets { ticket.flushed() }
    }

    // MARK: The end

    /// Stops listening, closes every session and idle connection, and cuts what is left after the time-out.
    func shutDown() {
        guard !isShuttingDown else { return }
        isShuttingDown = true
        if let listener { listener.close(promise: nil) }
        for connection in Array(sessions.values) { connection.close(.serverShuttingDown) }
        for channel in Array(channels.values) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        cutTask = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(configuration.limits.shutdownTimeout)) {
            for channel in Array(self.channels.values) { channel.close(promise: nil) }
        }
        endIfAllClosed()
    }

    private func endIfAllClosed() {
        guard isShuttingDown, channels.isEmpty else { return }
        cutTask?.cancel()
        onEnd()
        ended.succeed()
    }
}

extension CloseReason {
    /// Whether the reason itself names what the client did wrong; for `parseError` a packet does.
    fileprivate var isViolation: Bool {
        switch self {
        case .invalidHeartbeatDirection, .messageTooLarge, .invalidUTF8, .webSocketViolation, .connectTimeout,
            .outboxOverflow, .inboundFlood:
            true
        case .transportClose, .transportError, .pingTimeout, .parseError, .forcedServerClose, .serverShuttingDown:
            false
        }
    }
}
