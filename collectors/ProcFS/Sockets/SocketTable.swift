/// `/proc/net/{tcp,tcp6,udp,udp6}`: the sockets, without round-trip times and byte counts (proc_net(5)). They are used
/// if netlink is refused. UDP sockets have the same form as those of TCP. The files of IPv6 are missing if it is off.
package struct SocketTable: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/tcp"
    package static let tcp6Path = "proc/net/tcp6"
    package static let udpPath = "proc/net/udp"
    package static let udp6Path = "proc/net/udp6"

    package var sockets: [TCPSocket] = []

    /// The UDP sockets that take datagrams from anybody.
    package var datagramSockets: [UDPSocket] { sockets.compactMap(UDPSocket.init) }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        var cursor = ByteCursor(bytes)
        cursor.skipLine()
        while !cursor.isAtEnd {
            if cursor.token() != nil {
                guard let socket = TCPSocket(&cursor) else {
                    throw Self.malformed(cursor, expected: "addresses, state, queues, uid, inode")
                }
                sockets.append(socket)
            }
            cursor.skipLine()
        }
    }
}

extension TCPSocket {
    // sl: local remote st tx:rx tr:when retransmits uid timeout inode …
    fileprivate init?(_ cursor: inout ByteCursor) {
        guard let local = Self.endpoint(&cursor), let remote = Self.endpoint(&cursor) else { return nil }
        cursor.skipBlanks()
        guard let state = cursor.hexadecimal(digits: 2).flatMap(TCPState.init(kernelNumber:)) else { return nil }
        cursor.skipBlanks()
        guard let send = cursor.hexadecimal(digits: 8), cursor.consume(UInt8(ascii: ":")),
            let receive = cursor.hexadecimal(digits: 8), cursor.token() != nil, cursor.token() != nil,
            let uid = cursor.unsigned().flatMap(UInt32.init(exactly:)), cursor.unsigned() != nil,
            let inode = cursor.unsigned().flatMap(UInt32.init(exactly:))
        else { return nil }
        self.init(
            state: state, localAddress: local.address, localPort: local.port, remoteAddress: remote.address,
            remotePort: remote.port, receiveQueue: UInt32(truncatingIfNeeded: receive),
            sendQueue: state == .listen ? nil : UInt32(truncatingIfNeeded: send), uid: uid, inode: inode, cookie: 0,
            metrics: nil)
    }

    /// Addresses are 32-bit words in the machine's byte order. Ports are plain hexadecimal numbers.
    private static func endpoint(_ cursor: inout ByteCursor) -> (address: IPAddress, port: UInt16)? {
        guard let token = cursor.token() else { return nil }
        var part = ByteCursor(cursor.slice(token))
        guard let first = word(&part) else { return nil }
        let address: IPAddress
        if part.peek() == UInt8(ascii: ":") {
            address = IPAddress(v4: first)
        } else {
            guard let second = word(&part), let third = word(&part), let fourth = word(&part) else { return nil }
            address = IPAddress(
                v6High: UInt64(first) << 32 | UInt64(second), low: UInt64(third) << 32 | UInt64(fourth))
        }
        guard part.consume(UInt8(ascii: ":")), let port = part.hexadecimal(digits: 4), part.isAtEnd else { return nil }
        return (address, UInt16(truncatingIfNeeded: port))
    }

    private static func word(_ cursor: inout ByteCursor) -> UInt32? {
        let start = cursor.offset
        guard let word = cursor.hexadecimal(digits: 8), cursor.offset - start == 8 else { return nil }
        return UInt32(bigEndian: UInt32(truncatingIfNeeded: word))
    }
}
