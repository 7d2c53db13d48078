/// The parts of an HTTP request to the Engine.IO path that the handshake rules need.
package struct EngineRequest: Sendable, Equatable {
    package enum Method: Sendable, Equatable { case get, post, other }

    /// What a request asks for.
    package enum Target: Sendable, Equatable {
        case open(EngineTransport)
        /// A request of the session with that id. The session may not exist.
        case session(String, SessionRequest)
    }

    package enum SessionRequest: Sendable, Equatable {
        case poll, post, upgrade
        /// A request that no session has. It is an error. If the session does not exist, that is the error instead.
        case invalid
    }

    package var method: Method
    package var isUpgrade: Bool
    package var transport: String?
    package var protocolVersion: String?
    package var sessionID: String?

    /// Takes the parameters from a raw query. If one is repeated, the first counts.
    package init(method: Method, isUpgrade: Bool, query: Substring) {
        self.method = method
        self.isUpgrade = isUpgrade
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? String(parts[1]) : ""
            switch parts[0] {
            case "transport": transport = transport ?? value
            case "EIO": protocolVersion = protocolVersion ?? value
            case "sid": sessionID = sessionID ?? value
            default: break
            }
        }
    }

    /// Checks a request in the same order as the official server.
    package func target() throws(EngineRequestError) -> Target {
        guard let transport = transport.flatMap(EngineTransport.init(rawValue:)) else { throw .unknownTransport }
        if let sessionID { return .session(sessionID, sessionRequest(transport)) }
        guard method == .get else { throw .badHandshakeMethod }
        guard isUpgrade == (transport == .websocket) else { throw .badRequest }
        guard protocolVersion == "4" else { throw .unsupportedProtocolVersion }
        return .open(transport)
    }

    private func sessionRequest(_ transport: EngineTransport) -> SessionRequest {
        switch (transport, method, isUpgrade) {
        case (.polling, .get, false): .poll
        case (.polling, .post, false): .post
        case (.websocket, .get, true): .upgrade
        default: .invalid
        }
    }
}

/// The transports of Engine.IO v4 by their names in the query parameter `transport`.
package enum EngineTransport: String, Sendable, Equatable, CaseIterable {
    case polling
    case websocket
}

/// The official server's errors for HTTP requests. The raw value is its code.
package enum EngineRequestError: Int, Error, Sendable, Equatable, CaseIterable {
    case unknownTransport = 0
    case unknownSession = 1
    case badHandshakeMethod = 2
    case badRequest = 3
    case forbidden = 4
    case unsupportedProtocolVersion = 5

    /// The official wording, because clients show it.
    package var message: String {
        switch self {
        case .unknownTransport: "Transport unknown"
        case .unknownSession: "Session ID unknown"
        case .badHandshakeMethod: "Bad handshake method"
        case .badRequest: "Bad request"
        case .forbidden: "Forbidden"
        case .unsupportedProtocolVersion: "Unsupported protocol version"
        }
    }

    package var status: Int { self == .forbidden ? 403 : 400 }

    /// The body of the answer, `{"code":n,"message":"…"}`.
    package var json: String { "{\"code\":\(rawValue),\"message\":\"\(message)\"}" }
}
