import ServiceLifecycle
import SocketIOHummingbird
import SocketIOServer

/// A port of its own for `/metrics` (`--metrics-listen`), with the rules of the main one: token, names of hosts, TLS, time
/// limits. It opens no session, and its few places are none of the clients'.
struct MetricsListener: Service {
    let server: SocketIOServer

    static func configuration(
        _ main: SocketIOServerConfiguration, at address: ListenAddress
    ) -> SocketIOServerConfiguration {
        var configuration = main
        (configuration.host, configuration.port) = (address.host, address.port)
        configuration.allowRequest = { _ in false }
        configuration.limits.connections = 8
        configuration.limits.connectionsPerAddress = 8
        configuration.limits.handshakes = 8
        configuration.limits.handshakesPerAddress = 8
        configuration.limits.refusedConnections = 2
        return configuration
    }

    func run() async throws {
        do {
            try await server.service.run()
        } catch let error as ListenError {
            throw StartFailure("metrics-listen: \(error)", exitStatus: error.code == .permissionDenied ? 77 : 69)
        }
    }
}
