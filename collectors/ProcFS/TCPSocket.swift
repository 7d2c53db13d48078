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
    package var uid: UInt32
    /// 0 for sockets that no process holds: time-wait, orphans, requests.
    package var inode: UInt32
    /// The kernel's own name of the socket, never used again; 0 from `/proc/net/tcp`.
    package var cookie: UInt64
    /// nil from `/proc/net/tcp` and for sockets without a connection.
    package var metrics: TCPMetrics?

    package var isIPv6: Bool { localAddress.isIPv6 }
}
