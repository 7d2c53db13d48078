/// The transports of Engine.IO v4 by their names in the query parameter `transport`.
package enum EngineTransport: String, Sendable, Equatable, CaseIterable {
    case polling
    case websocket
}
