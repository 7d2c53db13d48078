/// How messages over WebSockets are compressed: by permessage-deflate (RFC 7692), if the client offers it.
///
/// Each message is compressed by itself, in both directions. So one compressed frame serves all receivers of a broadcast,
/// and no connection needs memory for a window of its own.
public struct MessageCompression: Sendable, Equatable {
    /// The clients with which compression is negotiated.
    public enum Clients: String, Sendable, CaseIterable {
        case none
        /// All clients but those on this machine, for which it costs time and saves nothing. If a client comes through a
        /// proxy in ``SocketIOServerConfiguration/trustedProxies``, the address that the proxy names counts. If the proxy
        /// is not trusted, the proxy's own address counts.
        case remote
        case all
    }

    /// The clients with which compression is negotiated.
    public var clients: Clients
    /// The size in bytes from which a message is sent compressed. Compressed messages of clients may have any size.
    public var threshold = 1024
    /// zlib's level, 1 (fast) to 9 (small). A number outside this range means the nearest one in it.
    public var level = 1
    /// zlib's memory level, 1 to 9. The server needs 128 KiB and 2 to the power of `memory + 9` bytes, once for all its
    /// clients.
    public var memory = 8

    /// Compression with these clients.
    public init(_ clients: Clients = .remote) { self.clients = clients }

    /// - Parameter address: The client's address; nil for a unix socket, which only this machine can use.
    func serves(_ address: IPAddress?) -> Bool {
        switch clients {
        case .none: false
        case .remote: address.map { !$0.isLoopback } ?? false
        case .all: true
        }
    }
}
