import EngineIO
import NIOHTTP1

/// Where a request goes, decided by its head.
enum GateRoute: Equatable {
    /// Outside the path, or the client script inside it.
    case http
    /// The head alone decides the answer.
    case answer(GateResponse)
    /// A valid WebSocket handshake.
    case openWebSocket
    case openPolling
    /// A request of the session with that id. The session may not exist.
    case session(String, EngineRequest.SessionRequest)
    /// HEAD for a URL with which GET would open a session by a poll.
    case headOfPolling
    /// OPTIONS: asks what is allowed. Browsers send it for pages of other origins.
    case options
    case refuse(EngineRequestError)

    init(_ head: HTTPRequestHead, path: String, origins: OriginPolicy, outer: OuterRequest) {
        let target = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let requested = target.first ?? ""
        guard requested.hasPrefix(path), !Self.isClientScript(requested.dropFirst(path.count)) else {
            self = .http
            return
        }
        do throws(EngineRequestError) {
            self = try Self.own(head, query: target.count == 2 ? target[1] : "", origins, outer)
        } catch {
            self = .refuse(error)
        }
    }

    private static func own(
        _ head: HTTPRequestHead, query: Substring, _ origins: OriginPolicy, _ outer: OuterRequest
    ) throws(EngineRequestError) -> GateRoute {
        let isAllowed = origins.allows(
            origin: head.headers.first(name: "origin"), host: outer.host, isSecure: outer.isSecure)
        if head.method == .OPTIONS {
            guard isAllowed else { throw .forbidden }
            return .options
        }
        // HEAD gets the same answer as GET, without the body.
        let method = head.method == .HEAD && !head.isWebSocketUpgrade ? .GET : head.method
        let request = EngineRequest(
            method: EngineRequest.Method(method), isUpgrade: head.isWebSocketUpgrade, query: query)
        let target = try request.target()
        guard isAllowed else { throw .forbidden }
        guard !head.isWebSocketUpgrade || head.hasWebSocketKey else { throw .badRequest }
        return switch target {
        case .open(.websocket): .openWebSocket
        case .open(.polling): head.method == .HEAD ? .headOfPolling : .openPolling
        case .session(let id, let request): .session(id, request)
        }
    }

    /// `socket.io.js`, `socket.io.min.js`, `socket.io.esm.min.js` and their maps, as the official server serves them.
    private static func isClientScript(_ name: Substring) -> Bool {
        name.hasPrefix("socket.io.") && (name.hasSuffix(".js") || name.hasSuffix(".js.map")) && !name.contains("/")
    }
}

extension EngineRequest.Method {
    fileprivate init(_ method: HTTPMethod) {
        switch method {
        case .GET: self = .get
        case .POST: self = .post
        default: self = .other
        }
    }
}

extension ForwardedHeaders {
    init(_ headers: HTTPHeaders) {
        self.init(
            host: headers.first(name: "host"), clients: headers["x-forwarded-for"],
            schemes: headers["x-forwarded-proto"], hosts: headers["x-forwarded-host"])
    }
}

extension HTTPRequestHead {
    /// The raw query, without the question mark.
    var query: String {
        guard let mark = uri.firstIndex(of: "?") else { return "" }
        return String(uri[uri.index(after: mark)...])
    }

    var isUpgrade: Bool { headers.contains(name: "upgrade") }

    /// HTTP/1.0 knows no upgrade (RFC 9110 §7.8).
    var isWebSocketUpgrade: Bool {
        !isHTTP10 && headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// A WebSocket of another version than 13, or of none.
    var isOfOtherWebSocketVersion: Bool { isWebSocketUpgrade && headers["sec-websocket-version"] != ["13"] }

    /// RFC 6455 §4.2.1: one key of 16 bytes in base64, version 13.
    fileprivate var hasWebSocketKey: Bool {
        let keys = headers["sec-websocket-key"]
        guard keys.count == 1, !isOfOtherWebSocketVersion else { return false }
        return Base64.decode(Array(keys[0].utf8))?.count == 16
    }
}
