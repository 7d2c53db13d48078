/// One TCP socket at one time, from sock_diag(7) or `/proc/net/tcp`.
package struct TCPSocket: Sendable, Equatable {
    package var state: TCPState
    package var localAddress: IPAddress
    package var localPort: UInt16
    package var remoteAddress: IPAddress
    package var remotePort: UInt16
    /// Bytes not yet read; for a listening socket connections not yet accepted.
    package var receiveQueue: UInt32
    /// Bytes not yet acknowledged. For a listening socket it is the limit of its queue; nil if the source does not have
    /// it.
    package var sendQueue: UInt32?
    /// The kernel's value. It is 0 for a socket that no process holds, see ``owner``.
    package var uid: UInt32
    /// 0 for sockets that no process holds: time-wait, orphans, requests.
    package var inode: UInt32
    /// The kernel's own number for the socket, which is never used again; 0 from `/proc/net/tcp`.
    package var cookie: UInt64
    /// The number of the interface that the socket is bound to, for example because its address is link-local; 0 for
    /// any, and from `/proc/net/tcp`.
    package var interface: UInt32 = 0
    /// nil from `/proc/net/tcp` and for sockets without a connection.
    package var metrics: TCPMetrics?

    /// The user who owns it; nil if no process holds it: time-wait, requests, orphans, and connections not accepted
    /// yet.
    package var owner: UInt32? { inode == 0 ? nil : uid }
    /// Whether it has a port of its own and no peer.
    package var isUnconnected: Bool { state == .listen || (state == .close && remotePort == 0) }

    /// The interface on which the remote address is valid; 0 if it means the same host everywhere.
    package var remoteZone: UInt32 { remoteAddress.needsZone ? interface : 0 }

    package var isIPv6: Bool { localAddress.isIPv6 }
}

/// The states of a TCP socket by the kernel's numbers (`include/net/tcp_states.h`).
package enum TCPState: UInt8, CaseIterable, Sendable {
    case established = 1
    case synSent
    case synRecv
    case finWait1
    case finWait2
    case timeWait
    case close
    case closeWait
    case lastAck
    case listen
    case closing

    /// The state of a kernel number; request sockets (12) count as `synRecv`, as in netstat.
    package init?(kernelNumber: UInt64) {
        if kernelNumber == 12 {
            self = .synRecv
        } else if let state = UInt8(exactly: kernelNumber).flatMap(Self.init(rawValue:)) {
            self = state
        } else {
            return nil
        }
    }
}

/// What `struct tcp_info` says about a connection (`linux/tcp.h`).
package struct TCPMetrics: Sendable, Equatable {
    /// nil if none was measured yet.
    package var roundTripUs: UInt32?
    /// Segments sent again since the connection began.
    package var retransmits: UInt32
    /// Bytes the other side acknowledged; nil before Linux 4.1.
    package var bytesAcknowledged: UInt64?
    /// Bytes received; nil before Linux 4.1.
    package var bytesReceived: UInt64?
}

/// One UDP socket that takes datagrams from anybody, from sock_diag(7) or `/proc/net/udp`.
package struct UDPSocket: Sendable, Equatable {
    package var address: IPAddress
    package var port: UInt16
    /// Bytes not yet read.
    package var receiveQueue: UInt32
    package var uid: UInt32
    package var inode: UInt32
    /// As for a TCP socket.
    package var interface: UInt32

    package init(
        address: IPAddress, port: UInt16, receiveQueue: UInt32, uid: UInt32, inode: UInt32, interface: UInt32 = 0
    ) {
        self.address = address
        self.port = port
        self.receiveQueue = receiveQueue
        self.uid = uid
        self.inode = inode
        self.interface = interface
    }

    /// The kernel describes it like a TCP socket in the state `close`. Nil if it is connected or has no port.
    init?(_ socket: TCPSocket) {
        guard socket.state == .close, socket.localPort != 0 else { return nil }
        self.init(
            address: socket.localAddress, port: socket.localPort, receiveQueue: socket.receiveQueue, uid: socket.uid,
            inode: socket.inode, interface: socket.interface)
    }
}
