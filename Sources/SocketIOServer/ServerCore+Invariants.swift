import NIOCore

/// What a server counts as open beside what is open, for tests.
package struct ServerInventory: Sendable, Equatable {
    package var connections = 0
    package var sessions = 0
    package var handshakes = 0
    /// Addresses of which something is counted.
    package var addresses = 0
    package var unfinishedBytes = 0
    package var inputHolders = 0
    package var seeingOff = 0

    package init() {}
}

extension SocketIOServer {
    /// What is counted, and whether that is what is open.
    package func inventory() async throws -> (counted: ServerInventory, isTrue: Bool) {
        try await eventLoop.submit {
            guard let core = self.currentCore else { return (ServerInventory(), true) }
            return (core.inventory, core.countsAreTrue)
        }.get()
    }
}
