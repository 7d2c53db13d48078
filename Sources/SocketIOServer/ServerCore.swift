import EngineIO
import Logging
import NIOCore
import NIOHTTP1

/// What one server holds while it runs. It lives on the event loop and is never touched from elsewhere.
final class ServerCore {
    let context: ServerContext
    let configuration: SocketIOServerConfiguration
    let eventLoop: any EventLoop
    let namespaces: NamespaceRegistry
    let logger: Logger
    let flushes: FlushQueue
    var statistics = ServerStatistics()

    private let ended: EventLoopPromise<Void>
    private let onEnd: @Sendable () -> Void
    private var listener: (any Channel)?
    private var channels: [ObjectIdentifier: (channel: any Channel, address: IPAddress?)] = [:]
    var counter: ConnectionCounter
    private var handshakes: HandshakePlaces
    /// Connections that are idle between two requests. They are closed if somebody else needs their place.
    private var resting: HeldPlaces
    private var sessions: [String: ClientConnection] = [:]
    private var unjoined: UnjoinedSessions<ClientConnection>
    var sessionCounter: ConnectionCounter
    private var input: InputLedger
    private var inputHolders: [ObjectIdentifier: any InputHolder] = [:]
    private var farewells: [String: (packets: [ByteBuffer], task: Scheduled<Void>)] = [:]
    private var date = DateHeader()
    private var gzip = GzipShelf()
    let messageCompressor: MessageCompressor
    private var seeingOff = 0
    private var violationReports = RareReports<Violation>()
    private var pauseReports = RareReports<Bool>()
    private(set) var isShuttingDown = false
    /// Whether no further session is opened, because the server is about to end.
    var isDraining = false
    var drain: Drain?
    private var cutTask: Scheduled<Void>?

    init(_ context: ServerContext, _ namespaces: NamespaceRegistry, ended: @escaping @Sendable () -> Void = {}) {
        self.context = context
        self.namespaces = namespaces
        configuration = context.configuration
        eventLoop = context.eventLoop
        logger = context.logger
        flushes = context.flushes
        self.ended = context.eventLoop.makePromise()
        onEnd = ended
        let limits = context.configuration.limits
        // The connections of a proxy belong to many clients, which are counted by their sessions.
        let exempt = limits.unlimitedAddresses + context.configuration.trustedProxies.ranges
        counter = ConnectionCounter(
            limit: limits.connections, limitPerAddress: limits.connectionsPerAddress, exempt: exempt)
        sessionCounter = counter
        handshakes = HandshakePlaces(
            limit: limits.handshakes, limitPerAddress: limits.handshakesPerAddress, exempt: exempt)
        resting = HeldPlaces(exempt: exempt)
        unjoined = UnjoinedSessions(exempt: exempt)
        input = InputLedger(limit: limits.unfinishedBytes)
        messageCompressor = MessageCompressor(context.configuration.messageCompression)
    }

    /// The time of the event loop.
    var now: ContinuousClock.Instant { context.clock.now }

    /// Succeeds when the listener and every connection have closed after `shutDown`.
    var allClosed: EventLoopFuture<Void> { ended.futureResult }

    func listening(_ channel: any Channel) {
        listener = channel
        if isShuttingDown { channel.close(promise: nil) }
    }

    // MARK: TCP connections

    /// The peer of a TCP connection. It is kept from the beginning, because a closed channel does not know it any more.
    struct Peer {
        let id: ObjectIdentifier
        let address: IPAddress?
        let text: String?

        init(_ channel: any Channel) {
            id = ObjectIdentifier(channel)
            text = channel.remoteAddress?.ipAddress
            address = text.flatMap { IPAddress($0) }
        }
    }

    /// Counts a connection in; nil if a limit is reached or the server is about to end.
    func accept(_ channel: any Channel) -> Peer? {
        let peer = Peer(channel)
        guard !isShuttingDown else { return refuse(.shuttingDown, "", peer) }
        let limits = configuration.limits
        let place = handshakes.verdict(for: peer.address)
        switch place {
        case .refused(.all): return refuse(.tooManyHandshakes, "handshakes: \(limits.handshakes)", peer)
        case .refused(.address):
            return refuse(.tooManyHandshakes, "handshakes-per-address: \(limits.handshakesPerAddress)", peer)
        case .free, .insteadOf: break
        }
        switch counter.refusal(for: peer.address) {
        case nil: break
        case .all? where place.isInstead || makeRoom(for: peer): break
        case let refusal?: return refuse(.tooManyConnections, placesLimit(refusal), peer)
        }
        if case .insteadOf(let oldest) = place {
            cut(oldest, .tooManyHandshakes, "handshakes: \(limits.handshakes)")
        }
        counter.opened(from: peer.address)
        handshakes.enter(peer.id, from: peer.address)
        channels[peer.id] = (channel, peer.address)
        statistics.connections += 1
        channel.closeFuture.assumeIsolated().whenComplete { _ in
            self.counter.closed(from: peer.address)
            self.handshakes.leave(peer.id)
            self.resting.leave(peer.id)
            self.channels[peer.id] = nil
            self.statistics.connections -= 1
            self.endIfAllClosed()
        }
        return peer
    }

    /// Cuts a connection that is idle, has sent no whole request, or waits for a session that has not joined.
    ///
    /// A session that polls may have no connection at the moment. Then the next one is tried, a few at once.
    private func makeRoom(for peer: Peer) -> Bool {
        for _ in 0..<16 {
            let idle = resting.oldestOfMost?.id ?? handshakes.place(for: peer.address)
            if let other = idle ?? resting.place(for: peer.address) {
                cut(other, .tooManyConnections, placesLimit(.all))
                return true
            }
            guard let session = unjoined.place(for: peer.address) else { return false }
            let hasConnection = session.polling == nil
            sendAway(session, .tooManyConnections)
            if hasConnection { return true }
        }
        return false
    }

    /// Ends a session that has not joined, and its WebSocket at once, because somebody else gets its place.
    private func sendAway(_ session: ClientConnection, _ kind: Violation) {
        violated(kind, placesLimit(.all), address: session.remoteAddress)
        session.losePlace()
    }

    /// Cuts a connection because another one gets its place.
    private func cut(_ id: ObjectIdentifier, _ kind: Violation, _ limit: String) {
        handshakes.leave(id)
        resting.leave(id)
        guard let (channel, _) = channels[id] else { return }
        violated(kind, limit, address: channel.remoteAddress?.ipAddress)
        let gate = try? channel.pipeline.syncOperations.handler(type: GateHandler.self)
        if let gate { gate.losePlace() } else { channel.close(promise: nil) }
    }

    private func refuse(_ reason: PlaceRefusal, _ detail: String, _ peer: Peer) -> Peer? {
        statistics.refused[reason, default: 0] += 1
        if let kind = Violation(reason) { violated(kind, detail, address: peer.text) }
        return nil
    }

    /// The name of the limit in the configuration.
    private func placesLimit(_ refusal: ConnectionCounter.FullLimit) -> String {
        switch refusal {
        case .all: "connections: \(counter.limit)"
        case .address: "connections-per-address: \(counter.limitPerAddress)"
        }
    }

    /// The whole answer to a connection without a place.
    func refusal() -> ByteBuffer {
        let response = isShuttingDown ? GateResponse.shuttingDown : .tooManySessions
        var head = response.head(version: .http1_1, sharing: [], keepAlive: false)
        dress(&head.headers)
        let lines = head.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        var bytes = ByteBuffer(string: "HTTP/1.1 503 Service Unavailable\r\n\(lines)\r\n")
        for chunk in response.body { bytes.writeImmutableBuffer(chunk) }
        return bytes
    }

    /// Whether one more refused connection may stay until its peer has read the reason.
    func beginsSeeingOff() -> Bool {
        guard seeingOff < configuration.limits.refusedConnections else { return false }
        seeingOff += 1
        return true
    }

    func hasSeenOff() { seeingOff -= 1 }

    /// No descriptor is free for a further connection.
    func acceptPaused(_ error: IOError) {
        statistics.acceptPauses += 1
        guard let unlogged = pauseReports.occurred(true, now: now) else { return }
        logger.acceptPaused(error, connections: statistics.connections, unloggedBefore: unlogged)
    }

    /// The first request of a connection is complete, or the connection has ended before that.
    func handshakeEnded(_ peer: Peer) { handshakes.leave(peer.id) }

    /// A connection becomes idle, or busy again.
    func rests(_ peer: Peer, _ isResting: Bool) {
        if isResting { resting.enter(peer.id, from: peer.address) } else { resting.leave(peer.id) }
    }

    /// Counts what a client did wrong, and logs it if that kind was not logged lately.
    func violated(_ kind: Violation, _ detail: @autoclosure () -> String = "", address: String?) {
        statistics.violated[kind, default: 0] += 1
        guard let unlogged = violationReports.occurred(kind, now: now) else { return }
        logger.violation(kind, detail(), address: address, unloggedBefore: unlogged)
    }

    /// Adds the headers that every answer has. A header that the answer sets itself stays.
    func dress(_ headers: inout HTTPHeaders, isEncrypted: Bool = false) {
        if !headers.contains(name: "date") { headers.add(name: "date", value: date.value()) }
        for (name, value) in configuration.responseHeaders where !headers.contains(name: name) {
            headers.add(name: name, value: value)
        }
        if isEncrypted { headers.add(contentsOf: configuration.encryptedResponseHeaders) }
    }

    /// The body of an answer as gzip; nil if that would not be smaller.
    func compress(_ body: [ByteBuffer]) -> ByteBuffer? {
        let wasEmpty = gzip.isEmpty
        let compressed = gzip.compress(body, now: now)
        if wasEmpty, !gzip.isEmpty { clearGzip() }
        return compressed
    }

    /// The compression for the WebSocket that a request asks for; nil for none.
    ///
    /// - Throws: `Malformed` if the client's offer cannot be read.
    func deflate(for request: GateRequest) throws(WebSocketExtension.Malformed) -> MessageDeflate? {
        let address = request.way.outer.address.flatMap { IPAddress($0) }
        guard configuration.messageCompression.serves(address) else { return nil }
        let offers = try WebSocketExtension.offers(request.head.headers["sec-websocket-extensions"])
        return DeflateAgreement(offers).map { MessageDeflate(compressor: messageCompressor, agreement: $0) }
    }

    private func clearGzip() {
        eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(GzipShelf.shelfLife)) {
            self.gzip.clear(now: self.now)
            if !self.gzip.isEmpty { self.clearGzip() }
        }
    }

    /// Why a request may not open a session, apart from its origin.
    func refusal(of request: GateRequest) -> RequestRefusal? {
        configuration.refuseRequest(request.way.headers, request.way.peer)
    }

    // MARK: Sessions

    func session(_ id: String) -> ClientConnection? { sessions[id] }

    /// Makes sure that one more session is within the limits for connections, because many sessions can poll over few
    /// connections. If there is no room, this is counted and logged.
    func hasRoom(from address: String?) -> Bool {
        let client = address.flatMap { IPAddress($0) }
        guard let refusal = sessionCounter.refusal(for: client) else { return true }
        if refusal == .all, let session = unjoined.place(for: client) {
            sendAway(session, .tooManySessions)
            return true
        }
        statistics.refused[.tooManySessions, default: 0] += 1
        violated(.tooManySessions, placesLimit(refusal), address: address)
        return false
    }

    func opened(_ connection: ClientConnection) {
        sessions[connection.id] = connection
        if connection.awaitsJoining { unjoined.enter(connection, from: connection.address) }
        sessionCounter.opened(from: connection.address)
        statistics.sessions += 1
        statistics.sessionsOpened += 1
    }

    /// The client has joined its first namespace.
    func joined(_ connection: ClientConnection) { unjoined.leave(connection) }

    func closed(_ connection: ClientConnection, _ reason: CloseReason) {
        guard sessions.removeValue(forKey: connection.id) != nil else { return }
        unjoined.leave(connection)
        sessionCounter.closed(from: connection.address)
        statistics.sessions -= 1
        statistics.closed[reason, default: 0] += 1
        logger.sessionClosed(connection.id, reason)
        if let violation = Violation(reason) { violated(violation, address: connection.remoteAddress) }
    }

    /// Keeps the last packets of a session that the server ended while no poll was waiting.
    func keepFarewell(_ packets: [ByteBuffer], for id: String) {
        let task = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(configuration.limits.closeTimeout)) {
            _ = self.farewells.removeValue(forKey: id)
        }
        farewells[id] = (packets, task)
    }

    /// As many as an answer may carry. The close packet is the last one and goes alone.
    func takeFarewell(for id: String) -> [ByteBuffer]? {
        guard let farewell = farewells.removeValue(forKey: id) else { return nil }
        farewell.task.cancel()
        guard farewell.packets.count > 1 else { return farewell.packets }
        let taken = farewell.packets.dropLast().prefix(EnginePayload.maxPacketsPerResponse)
        keepFarewell(Array(farewell.packets.dropFirst(taken.count)), for: id)
        return Array(taken)
    }

    // MARK: Input that is not whole

    /// Sets how many bytes of unfinished input somebody holds now. If the total is too large, some have to drop theirs
    /// when this turn of the loop is over.
    func hold(_ bytes: Int, _ holder: any InputHolder, from address: IPAddress?) {
        let id = ObjectIdentifier(holder)
        guard bytes > 0 || inputHolders[id] != nil else { return }
        inputHolders[id] = bytes > 0 ? holder : nil
        let victims = input.hold(id, bytes: bytes, client: address).compactMap { inputHolders.removeValue(forKey: $0) }
        guard !victims.isEmpty else { return }
        violated(.tooMuchUnfinished, "unfinished-bytes: \(configuration.limits.unfinishedBytes)", address: nil)
        eventLoop.assumeIsolated().execute { for victim in victims { victim.dropInput() } }
    }

    // MARK: Counts

    /// The statistics with what is only counted when somebody asks.
    var countedStatistics: ServerStatistics {
        var counted = statistics
        counted.webSocketSessions = sessions.values.count { $0.polling == nil }
        counted.compression = messageCompressor.bytes
        return counted
    }

    var inventory: ServerInventory {
        var inventory = ServerInventory()
        inventory.connections = counter.total
        inventory.sessions = sessionCounter.total
        inventory.handshakes = handshakes.total
        inventory.addresses =
            [
                counter.addresses, sessionCounter.addresses, handshakes.addresses, unjoined.addresses,
            ].max() ?? 0
        inventory.unfinishedBytes = input.total
        inventory.inputHolders = inputHolders.count
        inventory.seeingOff = seeingOff
        return inventory
    }

    /// Whether each counter equals what is open, in total and for each address.
    var countsAreTrue: Bool {
        let shaking = channels.filter { _, open in
            (try? open.channel.pipeline.syncOperations.handler(type: GateHandler.self))?.isShakingHands == true
        }
        let idle = channels.filter { _, open in
            (try? open.channel.pipeline.syncOperations.handler(type: GateHandler.self))?.isResting == true
        }
        return counter.counts(channels.values.map { $0.address }) && handshakes.areHeld(by: Array(shaking.keys))
            && resting.areHeld(by: Array(idle.keys))
            && sessionCounter.counts(sessions.values.map(\.address))
            && unjoined.are(sessions.values.filter(\.awaitsJoining))
            && statistics.connections == channels.count && statistics.sessions == sessions.count
            && input.count == inputHolders.count
    }

    // MARK: The end

    /// Sends sessions away, whichever come first, until no more than `count` are left.
    func endSessions(downTo count: Int) {
        for connection in Array(sessions.values.prefix(max(0, sessions.count - count))) {
            connection.close(.serverShuttingDown)
        }
    }

    /// Stops listening, closes all sessions and idle connections, and cuts the rest after the time-out.
    func shutDown() {
        guard !isShuttingDown else { return }
        (isShuttingDown, isDraining) = (true, true)
        endDraining()
        if let listener { listener.close(promise: nil) }
        for connection in Array(sessions.values) { connection.close(.serverShuttingDown) }
        for (channel, _) in Array(channels.values) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        cutTask = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(configuration.limits.shutdownTimeout)) {
            for (channel, _) in Array(self.channels.values) { channel.close(promise: nil) }
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
