import SocketIOServer

/// The addresses that one stranger may have at will: one IPv4 address, or an IPv6 network of 64 bits.
struct AddressGroup: Hashable, Sendable {
    private let client: IPAddress?
    /// Whether it is this machine itself.
    let isLoopback: Bool

    /// - Parameter address: an IP address as text; whatever is none, as on a unix socket, counts as this machine.
    init(_ address: String?) {
        let address = address.flatMap { IPAddress($0) }
        isLoopback = address?.isLoopback ?? true
        client = address?.client
    }
}
