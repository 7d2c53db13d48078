/// One UDP socket that waits for anybody's datagrams, from sock_diag(7) or `/proc/net/udp`.
package struct UDPSocket: Sendable, Equatable {
    package var address: IPAddress
    package var port: UInt16
    /// Bytes not yet read.
    package var receiveQueue: UInt32
    package var uid: UInt32
    package var inode: UInt32
    /// As a TCP socket's.
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

    /// The kernel describes it as it does TCP's, in the state `close`; nil for one that is connected or has no port.
    init?(_ socket: TCPSocket) {
        guard socket.state == .close, socket.localPort != 0 else { return nil }
        self.init(
            address: socket.localAddress, port: socket.localPort, receiveQueue: socket.receiveQueue, uid: socket.uid,
            inode: socket.inode, interface: socket.interface)
    }
}
