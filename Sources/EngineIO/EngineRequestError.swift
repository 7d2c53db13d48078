/// The errors that the official server answers an HTTP request with, by its codes.
package enum EngineRequestError: Int, Error, Sendable, Equatable, CaseIterable {
    case unknownTransport = 0
    case unknownSession = 1
    case badHandshakeMethod = 2
    case badRequest = 3
    case forbidden = 4
    case unsupportedProtocolVersion = 5

    /// The official wording: clients show it.
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
