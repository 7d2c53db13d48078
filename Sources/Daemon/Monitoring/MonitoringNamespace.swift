import Access
import JSONBytes
import Logging
import SocketIOServer
import StreamAssembly

/// The namespace `/`: who may connect, and what clients may ask for (Contract.md: Socket.IO, client to server).
struct MonitoringNamespace: Sendable {
    let feed: MonitoringFeed
    let door: TokenDoor?
    let viewers: Viewers
    let readiness: Readiness
    let limits: WindowLimits

    /// The content of `auth`, read once.
    private struct Admission: Sendable {
        let grant: Grant
        let selection: BoundSelection
        let since: StreamPosition?
        let heartbeat: Bool
    }

    private enum AdmissionKey: SocketDataKey { typealias Value = Admission }

    /// Installs the handlers.
    func install(on namespace: Namespace) {
        namespace.use { socket throws(ConnectError) in
            socket.data[AdmissionKey.self] = try admit(
                socket.handshake.authValue, address: socket.handshake.remoteAddress)
        }
        namespace.onConnection { socket in connected(socket) }
    }

    /// Checks the token and the first selection before the client is told that it is connected.
    private func admit(_ auth: JSONValue, address: String?) throws(ConnectError) -> Admission {
        switch door?.try(auth["token"]?.string, through: .socketIO, address: address) {
        case .open, nil: break
        case .wrong: throw Self.unauthorized
        case .later(let seconds):
            throw ConnectError(
                message: "unauthorized",
                json: ErrorObject.encode(code: "busy", message: TokenDoor.tooMany(seconds)))
        }
        guard let grant = viewers.viewer(showing: auth["token"]?.string)?.grant else { throw Self.unauthorized }
        let asked: Selection
        do throws(Selection.Invalid) {
            asked = try Self.selection(in: auth)
        } catch {
            throw ConnectError(
                message: "bad-request",
                json: ErrorObject.encode(code: "bad-request", message: "auth.subscribe: \(error)"))
        }
        guard let heartbeat = Self.heartbeat(in: auth) else {
            throw ConnectError(
                message: "bad-request",
                json: ErrorObject.encode(
                    code: "bad-request", message: "auth.heartbeat: neither true nor false"))
        }
        guard let selection = grant.bound(asked) else { throw Self.unauthorized }
        do throws(StreamPosition.Invalid) {
            return Admission(
                grant: grant, selection: selection, since: try Self.position(in: auth), heartbeat: heartbeat)
        } catch {
            throw ConnectError(
                message: "bad-request",
                json: ErrorObject.encode(code: "bad-request", message: "auth.since: \(error)"))
        }
    }

    private func connected(_ socket: Socket) {
        let feed = feed
        let id = socket.id
        guard let admission = socket.data[AdmissionKey.self] else { return socket.disconnect(close: true) }
        let grant = admission.grant
        // It is not needed again, and a position may be large.
        socket.data[AdmissionKey.self] = nil
        on(.subscribe, socket, { .subscribe(bytes: $0) }) { event in
            do throws(Selection.Invalid) {
                let argument = try Self.argument(event)
                let asked = if let argument { try Selection(argument) } else { Selection.all }
                guard let selection = grant.bound(asked) else { return answer(event, id, accepted(keys: [])) }
                feed.assumeIsolated { feed in
                    feed.subscribe(id, to: selection) { answer(event, id, accepted(keys: $0)) }
                }
            } catch {
                answer(event, id, Self.refusal(code: "bad-request", message: "\(error)"))
            }
        }
        on(.details, socket, { .details(bytes: $0) }) { event in
            do throws(Selection.Invalid) {
                // Who may not see details has chosen nobody's.
                let choice = try Selection.details(try Self.argument(event) ?? .null).flatMap { grant.bound($0) }
                feed.assumeIsolated { feed in
                    feed.chooseDetails(id, choice) { answer(event, id, accepted(keys: $0)) }
                }
            } catch {
                answer(event, id, Self.refusal(code: "bad-request", message: "\(error)"))
            }
        }
        on(.series, socket, { .series(bytes: $0) }) { event in series(event, of: id, grant) }
        on(.keys, socket, { _ in .keys }) { event in
            feed.assumeIsolated { feed in
                feed.keys(of: id) { answer(event, id, KeySummary.encode($0, maxBytes: answerBytes)) }
            }
        }
        on(.pause, socket, { _ in .pause }) { event in
            feed.assumeIsolated { $0.pause(id) }
            answer(event, id, Self.ok)
        }
        on(.resume, socket, { _ in .resume }) { event in
            answer(event, id, Self.ok)
            feed.assumeIsolated { $0.resume(id) }
        }
        socket.onUnknown { event in
            afford(.unknown, event, id) { event in
                answer(
                    event, id, Self.refusal(code: "unknown-event", message: "no event '\(event.name.prefix(64))'"))
            }
        }
        socket.onDrained { feed.assumeIsolated { $0.lost(id) } }
        socket.onDisconnect { _ in feed.assumeIsolated { $0.leave(id) } }
        feed.assumeIsolated {
            $0.join(
                socket, selection: admission.selection, since: admission.since, heartbeat: admission.heartbeat)
        }
        // If all is well, nothing is sent.
        let report = readiness.report
        if !report.isReady { feed.assumeIsolated { $0.tell(report, to: socket) } }
    }

    private func series(_ event: ReceivedEvent, of id: String, _ grant: Grant) {
        // Without anybody who waits for the answer there is nothing to do.
        guard event.ack != nil else { return }
        let now = Double(WallClock.milliseconds())
        do throws(InvalidQuery) {
            let argument: JSONValue?
            do throws(Selection.Invalid) {
                argument = try Self.argument(event)
            } catch {
                throw InvalidQuery(description: error.description)
            }
            let query = try SeriesQuery(argument ?? .null, now: now, ageMs: limits.ageMs)
            guard let selection = grant.bound(query.selection)?.remembering(in: MatchTable()) else {
                throw InvalidQuery(description: "nothing of it may be seen")
            }
            guard feed.assumeIsolated({ $0.series(id, query, of: selection) { answer(event, id, $0) } }) else {
                return answer(
                    event, id,
                    Self.refusal(code: "busy", message: "as many series as may be are being made; try again in 1 s"))
            }
        } catch {
            answer(event, id, Self.refusal(code: "bad-request", message: error.description))
        }
    }

    // MARK: What clients may ask

    /// Handles an event of that name if the client's budget allows it. Otherwise the answer is an error with the code
    /// `busy`.
    private func on(
        _ name: ClientEvent, _ socket: Socket, _ request: @escaping @Sendable (_ bytes: Int) -> Cost.Request,
        _ handle: @escaping @Sendable (ReceivedEvent) -> Void
    ) {
        let id = socket.id
        socket.onEvent(name.rawValue) { event in
            afford(request(event.arguments.reduce(0) { $0 + $1.count }), event, id, handle)
        }
    }

    private func afford(
        _ request: Cost.Request, _ event: ReceivedEvent, _ id: String, _ handle: (ReceivedEvent) -> Void
    ) {
        switch feed.assumeIsolated({ $0.charge(id, request) }) {
        case .granted: handle(event)
        case .busy(let seconds):
            answer(
                event, id,
                Self.refusal(
                    code: "busy",
                    message: "more was asked for than one client may, or than it has read; try again in \(seconds) s"))
        case .excess: break
        }
    }

    /// The longest argument: 128 patterns take a quarter of it.
    private static let maxArgument = 128 * 1024

    // MARK: Arguments and answers

    private static var unauthorized: ConnectError {
        ConnectError(
            message: "unauthorized", json: ErrorObject.encode(code: "unauthorized", message: "send auth.token"))
    }

    private static func selection(in auth: JSONValue) throws(Selection.Invalid) -> Selection {
        guard let given = auth["subscribe"], given != .null else { return .all }
        return try Selection(given)
    }

    private static func position(in auth: JSONValue) throws(StreamPosition.Invalid) -> StreamPosition? {
        guard let given = auth["since"], given != .null else { return nil }
        return try StreamPosition(given)
    }

    /// Whether the client wants a heartbeat; nil if the field has another type.
    private static func heartbeat(in auth: JSONValue) -> Bool? {
        switch auth["heartbeat"] {
        case nil, .null: false
        case .bool(let wanted): wanted
        default: nil
        }
    }

    /// The first argument of an event; nil where it has none.
    private static func argument(_ event: ReceivedEvent) throws(Selection.Invalid) -> JSONValue? {
        guard let first = event.arguments.first else { return nil }
        guard first.count <= maxArgument else {
            throw Selection.Invalid(
                field: "argument", description: "the argument is longer than \(maxArgument) bytes")
        }
        do {
            return try JSONValue(parsing: first)
        } catch {
            // The reader of packets accepts lone surrogates (RFC 8259 §8.2), but a pattern cannot contain one.
            throw Selection.Invalid(field: "argument", description: "the argument holds text that is no Unicode")
        }
    }

    private static var ok: [UInt8] { Array(#"{"ok":true}"#.utf8) }

    /// Sends an answer, and keeps account of it until the client has taken it.
    private func answer(_ event: ReceivedEvent, _ id: String, _ json: [UInt8]) {
        guard let ack = event.ack else { return }
        ack(json: [json])
        feed.assumeIsolated { $0.answered(id, bytes: json.count) }
    }

    /// `{"ok": true, "keys": [name…]}`
    private func accepted(keys: [KeySummary]) -> [UInt8] { KeySummary.encodeNames(keys, maxBytes: answerBytes) }

    private var answerBytes: Int { feed.assumeIsolated { $0.answerBytes } }

    /// `{"ok": false, "error": {"code", "message"}}`
    private static func refusal(code: String, message: String) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.beginObject()
        writer.key("ok")
        writer.bool(false)
        writer.key("error")
        writer.raw(ErrorObject.encode(code: code, message: message))
        writer.endObject()
        return writer.bytes
    }
}
