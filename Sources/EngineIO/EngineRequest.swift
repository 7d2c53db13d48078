/// An HTTP request to the Engine.IO path, as far as the handshake rules need it.
package struct EngineRequest: Sendable, Equatable {
    package var isGET: Bool
    package var isUpgrade: Bool
    package var transport: String?
    package var protocolVersion: String?
    package var sessionID: String?

    /// Takes the parameters from a raw query; of a repeated one the first counts.
    package init(isGET: Bool, isUpgrade: Bool, query: Substring) {
        self.isGET = isGET
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

    /// Checks a request that would open a session, in the order of the official server.
    ///
    /// - Parameter transports: The transports the server offers.
    package func validateHandshake(transports: [EngineTransport]) throws(EngineRequestError) -> EngineTransport {
        guard let transport = transport.flatMap(EngineTransport.init(rawValue:)), transports.contains(transport) else {
            throw .unknownTransport
        }
        guard sessionID == nil else { throw .unknownSession }
        guard isGET else { throw .badHandshakeMethod }
        guard isUpgrade == (transport == .websocket) else { throw .badRequest }
        guard protocolVersion == "4" else { throw .unsupportedProtocolVersion }
        return transport
    }
}
