import EngineIO

extension EngineRequestError {
    /// The name under which it is counted.
    var kind: String {
        switch self {
        case .unknownTransport: "unknownTransport"
        case .unknownSession: "unknownSession"
        case .badHandshakeMethod: "badHandshakeMethod"
        case .badRequest: "badRequest"
        case .forbidden: "forbidden"
        case .unsupportedProtocolVersion: "unsupportedProtocolVersion"
        }
    }
}
