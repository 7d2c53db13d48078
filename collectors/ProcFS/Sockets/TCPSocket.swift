/// One TCP socket at one moment, from sock_diag(7) or `/proc/net/tcp`.
package struct TCPSocket: Sendable, Equatable {
    package var state: TCPState
    package var localAddress: IPAddress
    package var localPort: UInt16
    package var remoteAddress: IPAddress
    package var remotePort: UInt16
    /// Bytes not yet read; for a listening socket connections not yet accepted.
    package var receiveQueue: UInt32
    /// Bytes not yet acknowledged; for a listening socket the bound of its queue, nil where the source lacks it.
    package var sendQueue: UInt32?
    /// As the kernel says it: of a socket that no process holds it says 0, see ``owner``.
    package var uid: UInt32
    /// 0 for sockets that no process holds: time-wait, orphans, requests.
    package var inode: UInt32
    /// The kernel's own name of the socket, never used again; 0 from `/proc/net/tcp`.
    package var cookie: UInt64
    /// The number of the interface that the socket is bound to, as those of link-local addresses are; 0 for any, and
    /// from `/proc/net/tcp`.
    package var interface: UInt32 = 0
    /// nil from `/proc/net/tcp` and for sockets without a connection.
    package var metrics: TCPMetrics?

    /// The user who owns it; nil where no process holds it: time-wait, requests, orphans, connections not accepted yet.
    package var owner: UInt32? { inode == 0 ? nil : uid }
    /// A socket with a port of its own and nobody at the other end.
    package var isUnconnected: Bool { state == .listen || (state == .close && remotePort == 0) }

    /// The interface that the remote address is meant on; 0 where it means one host everywhere.
    package var remoteZone: UInt32 { remoteAddress.needsZone ? interface : 0 }

    package var isIPv6: Bool { localAddress.isIPv6 }
}
