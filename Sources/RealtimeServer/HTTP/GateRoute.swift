import EngineIO
import NIOHTTP1

/// Where a request goes, judged by its head.
enum GateRoute: Equatable {
    /// Outside the path, or the client script inside it.
    case http
    /// A WebSocket handshake that is in order.
    case openWebSocket
    case refuse(EngineRequestError)

    init(_ head: HTTPRequestHead, path: String, origins: OriginPolicy) {
        let target = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let requested = target.first ?? ""
        guard requested.hasPrefix(path), !Self.isClientScript(requested.dropFirst(path.count)) else {
            self = .http
            return
        }
        let request = EngineRequest(
            isGET: head.method == .GET, isUpgrade: head.isWebSocketUpgrade, query: target.count == 2 ? target[1] : "")
        do throws(EngineRequestError) {
            _ = try request.validateHandshake(transports: [.websocket])
            let (origin, host) = (head.headers.first(name: "origin"), head.headers.first(name: "host"))
            guard origins.allows(origin: origin, host: host) else { throw .forbidden }
            guard head.hasWebSocketKey else { throw .badRequest }
            self = .openWebSocket
        } catch {
            self = .refuse(error)
        }
    }

    /// `socket.io.js`, `socket.io.min.js`, `socket.io.esm.min.js` and their maps, as the official server serves them.
    private static func isClientScript(_ name: Substring) -> Bool {
        name.hasPrefix("socket.io.") && (name.hasSuffix(".js") || name.hasSuffix(".js.map")) && !name.contains("/")
    }
}

extension HTTPRequestHead {
    /// The raw query, without the question mark.
    var query: String {
        guard let mark = uri.firstIndex(of: "?") else { return "" }
        return String(uri[uri.index(after: mark)...])
    }

    var isUpgrade: Bool { headers.contains(name: "upgrade") }

    var isWebSocketUpgrade: Bool {
        headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// RFC 6455 §4.2.1: one key of 16 bytes in base64, version 13.
    fileprivate var hasWebSocketKey: Bool {
        let keys = headers["sec-websocket-key"]
        guard keys.count == 1, headers["sec-websocket-version"] == ["13"] else { return false }
        return Base64.decode(Array(keys[0].utf8))?.count == 16
    }
}
