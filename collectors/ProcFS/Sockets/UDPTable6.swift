/// `/proc/net/udp6`; missing where IPv6 is off.
package struct UDPTable6: KernelFile, Sendable, Equatable {
    package static let path = "proc/net/udp6"
    package var sockets: [UDPSocket]

    package init(parsing bytes: UnsafeRawBufferPointer) throws(ProcFSError) {
        sockets = try TCPTable(parsing: bytes, path: Self.path).sockets.compactMap(UDPSocket.init)
    }
}
