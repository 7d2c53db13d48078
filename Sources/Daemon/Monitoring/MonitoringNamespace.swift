import JSONBytes
import Logging
import RealtimeServer
import StreamAssembly

/// The namespace `/`: who may connect, and what clients may ask (CONTRACT: Socket.IO, client to server).
struct MonitoringNamespace: Sendable {
    let feed: MonitoringFeed
    let token: SharedToken?
    let readiness: Readiness

    /// Installs the handlers.
    func install(on namespace: Namespace) {
        namespace.use { socket throws(ConnectError) in try admit(socket.handshake.authValue) }
        namespace.onConnection { socket in connected(socket) }
    }

    /// Checks the token and the first selection before the client is told that it is connected.
    func admit(_ auth: JSONValue) throws(ConnectError) {
        if let token, !token.matches(auth["token"]?.string ?? "") {
            throw ConnectError(
                message: "unauthorized", json: ErrorObject.encode(code: "unauthorized", message: "send auth.token"))
        }
        do throws(Selection.Invalid) {
            _ = try Self.selection(in: auth)
        } catch {
            throw ConnectError(
                message: "bad-request",
                json: ErrorObject.encode(code: "bad-request", message: "auth.subscribe: \(error)"))
        }
        do throws(StreamPosition.Invalid) {
            _ = try Self.position(in: auth)
        } catch {
            throw ConnectError(
                message: "bad-request",
                json: ErrorObject.encode(code: "bad-request", message: "auth.since: \(error)"))
        }
    }

    private func connected(_ socket: Socket) {
        let feed = feed
        let id = socket.id
        // Admitted, so that the selection is a good one.
        let auth = socket.handshake.authValue
        let selection = (try? Self.selection(in: auth)) ?? .all
        let since = (try? Self.position(in: auth)) ?? nil
        socket.onEvent("subscribe") { event in
            do throws(Selection.Invalid) {
                let selection = try Self.selection(event.arguments)
                let keys = feed.assumeIsolated { $0.subscribe(id, to: selection) }
                event.ack?(json: [Self.accepted(keys: keys)])
                feed.assumeIsolated { $0.sendSnapshot(to: id, reason: .subscribe) }
            } catch {
                event.ack?(json: [Self.answer(code: "bad-request", message: "\(error)")])
            }
        }
        socket.onEvent("keys") { event in
            event.ack?(json: [KeySummary.encode(feed.assumeIsolated { $0.keys(of: id) })])
        }
        socket.onEvent("pause") { event in
            feed.assumeIsolated { $0.pause(id) }
            event.ack?(json: [Self.ok])
        }
        socket.onEvent("resume") { event in
            event.ack?(json: [Self.ok])
            feed.assumeIsolated { $0.resume(id) }
        }
        socket.onUnknown { event in
            event.ack?(json: [Self.answer(code: "unknown-event", message: "no event '\(event.name.prefix(64))'")])
        }
        socket.onDrained { feed.assumeIsolated { $0.caughtUp(id) } }
        socket.onDisconnect { _ in feed.assumeIsolated { $0.leave(id) } }
        feed.assumeIsolated { $0.join(socket, selection: selection, since: since) }
        // Where all is well nothing is said.
        let report = readiness.report
        if !report.isReady { feed.assumeIsolated { $0.tell(report, to: socket) } }
    }

    // MARK: Arguments and answers

    private static func selection(in auth: JSONValue) throws(Selection.Invalid) -> Selection {
        guard let given = auth["subscribe"], given != .null else { return .all }
        return try Selection(given)
    }

    private static func position(in auth: JSONValue) throws(StreamPosition.Invalid) -> StreamPosition? {
        guard let given = auth["since"], given != .null else { return nil }
        return try StreamPosition(given)
    }

    private static func selection(_ arguments: [[UInt8]]) throws(Selection.Invalid) -> Selection {
        guard let first = arguments.first else { return .all }
        // The packet's reader has checked the text.
        return try Selection((try? JSONValue(parsing: first)) ?? .null)
    }

    private static var ok: [UInt8] { Array(#"{"ok":true}"#.utf8) }

    /// `{"ok": true, "keys": [name…]}`
    private static func accepted(keys: [KeySummary]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 64 * keys.count + 32)
        writer.beginObject()
        writer.key("ok")
        writer.bool(true)
        writer.key("keys")
        writer.beginArray()
        for key in keys { writer.string(key.key) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// `{"ok": false, "error": {"code", "message"}}`
    private static func answer(code: String, message: String) -> [UInt8] {
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
